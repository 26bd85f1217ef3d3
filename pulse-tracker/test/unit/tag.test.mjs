import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPage, pass } from './page.mjs'

/** Where a page with this tag sends what an earlier page has left. */
const sentTo = async (dataset) => {
  const window = openPage()
  const urls = []
  globalThis.fetch = async (url) => (urls.push(`${url}`), { status: 200, headers: new Headers() })
  window.localStorage['pulse:track:0.5'] = '[1]'
  document.referrer = ''
  document.currentScript = { src: 'https://pulse.example/p/pulse.js', dataset }
  await import(`../../src/tag.js?${JSON.stringify(dataset)}`)
  await pass(0)
  return urls
}

test('the API is where the script came from, and a site is in its own folder of it', async () => {
  assert.deepEqual(await sentTo({}), ['https://pulse.example/p/api/track'])
  assert.deepEqual(await sentTo({ site: 'shop' }), ['https://pulse.example/p/sites/shop/api/track'])
  assert.deepEqual(await sentTo({ site: 'shop', api: '/other' }), ['/other/track'])
})
