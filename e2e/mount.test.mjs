// An axum app with Pulse under /pulse, in one process: it works as before, and records its own visits.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { get } from './lib/api.mjs'
import { openVisitor, startBrowser } from './lib/browser.mjs'
import { fromEnvironment, start } from './lib/process.mjs'
import { BLANK, answers } from './lib/server.mjs'
import { openStore } from './lib/stores.mjs'
import { waitUntil } from './lib/wait.mjs'

describe('an app that Pulse is mounted in', () => {
  let store, app, url, browser, visitor

  before(async () => {
    store = await openStore('sqlite')
    const env = { ...BLANK, NOTES_LISTEN: '127.0.0.1:0', PULSE_STORE: store.url }
    app = start(fromEnvironment('MOUNT_AXUM'), [], { env })
    const port = await waitUntil('the app listens', () => app.output().match(/Notes on http:\/\/[^:]+:(\d+)/)?.[1], { check: app.check })
    url = `http://localhost:${port}`
    await waitUntil('the app is ready', () => answers(url), { within: 30_000, check: app.check })
    browser = await startBrowser()
    visitor = await openVisitor(browser)
  })
  after(async () => {
    await browser?.close()
    await app?.stop()
    await store?.close()
  })

  it('is the app that it was', async () => {
    const { page } = visitor
    await page.goto(url)
    await page.getByLabel('New note').fill('Milk & <b>bread</b>')
    await page.locator('#add').click()
    await page.locator('li').waitFor()
    assert.deepEqual(await page.locator('li').allInnerTexts(), ['Milk & <b>bread</b>'])
    assert.equal((await fetch(`${url}/pulses`)).status, 404)
  })

  it('records the visit in its own process', async () => {
    const id = await visitor.page.evaluate(() => window.pulse.sessionId())
    await waitUntil('the click has arrived', async () => {
      const { sessions } = await get(`${url}/pulse/api/sessions`)
      return sessions.length === 1 && sessions[0].session_id === id && sessions[0].clicks === 1
    })
    const { events } = await get(`${url}/pulse/api/analytics/${id}?types=click`)
    assert.equal(events[0].data.element.path, '#add')
  })

  it('shows it in the dashboard under the same prefix', async () => {
    const redirect = await fetch(`${url}/pulse`, { redirect: 'manual' })
    assert.deepEqual([redirect.status, redirect.headers.get('location')], [308, 'pulse/'])
    const { page } = visitor
    const id = await page.evaluate(() => window.pulse.sessionId())
    await page.goto(`${url}/pulse`)
    await page.getByRole('link', { name: 'Sessions' }).click()
    assert.equal(page.url(), `${url}/pulse/#/sessions`)
    await page.locator(`[data-testid=session-row][data-session="${id}"]`).click()
    await waitUntil('the card says one click', async () => (await page.getByTestId('card-clicks').innerText()) === '1')
    await page.getByTestId('canvas-clicks').waitFor()
    assert.deepEqual(visitor.problems, [])
  })
})
