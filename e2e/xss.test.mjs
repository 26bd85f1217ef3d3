// Whatever a visitor's browser claims, the dashboard shows it as text.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { postOk } from './lib/api.mjs'
import { batch, newSession } from './lib/batches.mjs'
import { openVisitor, startBrowser } from './lib/browser.mjs'
import { startServer } from './lib/server.mjs'
import { openStore } from './lib/stores.mjs'
import { waitUntil } from './lib/wait.mjs'

// Each of them sets `window.struck`, or asks, where it is taken for more than text.
const PAYLOADS = [
  '<script>window.struck=1</script>',
  '"><script>window.struck=1</script>',
  '<img src=x onerror=window.struck=1>',
  `'"><img src=x onerror=alert(1)>`,
  '<svg onload=window.struck=1>',
  '<svg><animate onbegin=window.struck=1 attributeName=x dur=1s>',
  '</title><script>window.struck=1</script>',
  '</style><script>window.struck=1</script>',
  '<iframe srcdoc="<script>parent.struck=1</script>"></iframe>',
  '<details open ontoggle=window.struck=1>',
  '<input autofocus onfocus=window.struck=1>',
  '<a href="javascript:window.struck=1">Pay</a>',
  'javascript:window.struck=1//http://shop.test/',
  'data:text/html,<script>window.struck=1</script>',
  '&lt;img src=x onerror=window.struck=1&gt;',
  "{{constructor.constructor('window.struck=1')()}}",
  '<noscript><p title="</noscript><img src=x onerror=window.struck=1>">',
]

describe('what visitors send', () => {
  let store, server, browser, visitor
  const sent = []

  before(async () => {
    store = await openStore('sqlite')
    server = await startServer({ store: store.url })
    for (const payload of PAYLOADS) sent.push(await send(payload))
    browser = await startBrowser()
    visitor = await openVisitor(browser)
    visitor.page.setDefaultTimeout(10_000)
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
    await store?.close()
  })

  // A session that says `payload` wherever there is something to say.
  async function send(payload) {
    const session_id = newSession()
    const page_url = payload.includes(':window') || payload.startsWith('data:') ? payload : `http://shop.test/${payload}`
    const element = { path: payload, tag: payload, id: payload, role: payload, label: payload, rect: [10, 10, 50, 50], interactive: true }
    const timestamp = Date.now() - 60_000
    const at = (ms, type, data) => ({ type, timestamp: timestamp + ms, data })
    const events = [
      at(0, 'navigation', { url: page_url, from: payload, kind: 'load' }),
      at(1, 'viewport', { w: 1440, h: 900, doc_w: 1440, doc_h: 900, dpr: 1 }),
      at(2, 'layout', { hash: payload, boxes: [{ k: payload, r: [10, 10, 50, 50], l: payload }] }),
      ...[100, 200, 300, 400].map((ms) => at(ms, 'click', { x: 30, y: 30, element })),
      at(450, 'error', { name: payload, message: payload }),
      at(500, 'rage_click', { x: 30, y: 30, count: 4, span_ms: 300, element }),
      at(2_950, 'dead_click', { x: 30, y: 30, waited_ms: 2_500, element }),
      at(5_000, 'click', { x: 300, y: 300, element }),
      at(5_100, 'keypress', { interval_ms: 5, hold_ms: 5, field: payload }),
      at(5_200, 'scroll', { depth: 50, y: 10, direction: 'down' }),
      at(5_300, 'navigation', { url: page_url + '&second', from: page_url, kind: 'push' }),
    ]
    const moves = { t: timestamp + 10, dt: [0, 50], x: [10, 5], y: [10, 5] }
    await postOk(`${server.api}/api/session`, { session_id, page_url, title: payload, referrer: payload })
    await postOk(`${server.api}/api/track`, batch(session_id, page_url, events, { title: payload, moves }))
    return { payload, session_id }
  }

  // Nothing ran, and nothing but the dashboard's own elements is there.
  async function assertHarmless(where) {
    const { page, problems } = visitor
    assert.deepEqual(problems, [], where)
    const found = await page.evaluate(() => ({
      struck: window.struck,
      foreign: document.querySelectorAll('img, iframe, details[ontoggle], animate, object, embed, script:not([src])').length,
      handlers: [...document.querySelectorAll('*')].filter((e) => e.getAttributeNames().some((name) => name.startsWith('on'))).length,
      links: [...document.querySelectorAll('a')].map((a) => a.protocol).filter((protocol) => !/^https?:$/.test(protocol)),
    }))
    assert.deepEqual(found, { struck: undefined, foreign: 0, handlers: 0, links: [] }, where)
  }

  it('is text in the list', async () => {
    const { page } = visitor
    await page.setViewportSize({ width: 1440, height: 6000 })
    await page.goto(`${server.dashboard}/#/sessions`)
    await waitUntil('all rows are there', async () => (await page.getByTestId('session-row').count()) === PAYLOADS.length)
    for (const { payload, session_id } of sent) {
      const row = page.locator(`[data-session="${session_id}"]`)
      assert.ok((await row.textContent()).includes(payload), payload)
    }
    await assertHarmless('list')
  })

  it('is text in each session, its maps, tables and insights', async () => {
    const { page } = visitor
    for (const { payload, session_id } of sent) {
      await page.goto(`${server.dashboard}/#/sessions/${session_id}`)
      await page.getByRole('heading', { level: 1, name: payload, exact: true }).waitFor()
      await page.getByTestId('canvas-clicks').waitFor()
      assert.ok((await page.title()).includes(payload.trim()), payload)
      // These visits are live, and are followed to a page on which nothing was clicked yet.
      const picker = page.getByTestId('page-picker')
      const clicks = page.locator('section', { has: page.getByTestId('canvas-clicks') }).last()
      const next = clicks.getByRole('button', { name: 'Next mark' })
      await waitUntil('the page with the clicks is shown', async () => {
        if (await picker.count()) await picker.selectOption({ index: 0 })
        return next.isEnabled()
      })
      // The readout names what is pointed at.
      await next.click()
      assert.ok((await page.locator('.readout p').allTextContents()).join().includes(payload), payload)
      for (const table of await page.locator('details.numbers').all()) await table.locator('summary').click()
      assert.ok((await page.locator('table').allTextContents()).join().includes(payload), payload)
      await page.getByTestId('generate-insights').click()
      await page.getByTestId('insight-main').waitFor()
      await assertHarmless(payload)
    }
  })

  it('is text in the pages and their maps', async () => {
    const { page } = visitor
    await page.goto(`${server.dashboard}/#/pages`)
    await page.getByTestId('page-row').first().waitFor()
    await assertHarmless('pages')
    const rows = await page.getByTestId('page-row').evaluateAll((rows) => rows.map((row) => row.href))
    assert.ok(rows.length >= PAYLOADS.length - 2, `${rows.length} pages`)
    for (const href of rows) {
      await page.goto(href)
      await page.getByTestId('canvas-page').waitFor()
      await assertHarmless(href)
    }
  })
})
