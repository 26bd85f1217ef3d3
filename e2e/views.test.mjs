// What the dashboard's views show equals what the API says; one layer is drawn at a time; keyboard and narrow windows.
import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { get, postOk } from './lib/api.mjs'
import { batch, newSession, visitPage } from './lib/batches.mjs'
import { openVisitor, startBrowser } from './lib/browser.mjs'
import { sidewaysScroll } from './lib/look.mjs'
import { startServer } from './lib/server.mjs'
import { openStore } from './lib/stores.mjs'
import { waitUntil } from './lib/wait.mjs'

const SHOP = 'http://shop.test'
const SESSIONS = 60
const HOSTILE = `${SHOP}/${'x'.repeat(900)}`

let store, server, browser

before(async () => {
  store = await openStore('sqlite')
  server = await startServer({ store: store.url, args: ['--goal', '/thanks'] })
  for (let n = 0; n < SESSIONS; n++) {
    const page = n === 7 ? HOSTILE : `${SHOP}/${['', 'cart', 'thanks'][n % 3]}`
    await visitPage(server.api, page, { title: `Visit ${n}`, ago: n * 60_000 + 90_000 })
  }
  browser = await startBrowser()
})
after(async () => {
  await browser?.close()
  await server?.stop()
  await store?.close()
})

async function open(t, address, viewport = { width: 1440, height: 900 }) {
  const { context, page, problems } = await openVisitor(browser, { viewport })
  t.after(() => context.close())
  await page.goto(`${server.dashboard}/${address}`)
  return { page, problems }
}

const value = async (page, id) => Number(await page.getByTestId(`card-${id}`).getAttribute('data-value'))

it('every count on home and in the list is the API\'s', async (t) => {
  const total = async (query) => (await get(`${server.api}/api/sessions?limit=1${query}`)).total
  await waitUntil('goals are known', async () => (await total('&has_goal=true')) === SESSIONS / 3, { within: 20_000, every: 250 })
  const { page, problems } = await open(t, '#/')
  await waitUntil('the figures are there', async () => (await value(page, 'visits')) === SESSIONS)
  assert.deepEqual(
    [await value(page, 'visits'), await value(page, 'reached'), await value(page, 'trouble'), await value(page, 'live')],
    [await total(''), await total('&has_goal=true'), await total('&min_frustration=6'), await total('&live=true')],
  )
  await page.getByRole('link', { name: 'Reached a goal' }).click()
  const counted = page.getByTestId('sessions-total')
  await waitUntil('the list is filtered', async () => (await counted.innerText()) === String(SESSIONS / 3))
  assert.match(page.url(), /only=goal/)
  await page.getByLabel('Search sessions').fill('cart')
  await waitUntil('nothing is both', async () => (await counted.innerText()) === '0')
  assert.match(page.url(), /q=cart/)
  await page.reload()
  await waitUntil('the address has it all', async () => (await counted.innerText()) === '0')
  assert.equal(await page.getByLabel('Search sessions').inputValue(), 'cart')
  assert.deepEqual(problems, [])
})

it('the pages table ranks as the API does', async (t) => {
  const { pages } = await get(`${server.api}/api/pages?limit=200`)
  const { page } = await open(t, '#/pages?days=all')
  await page.getByTestId('page-row').first().waitFor()
  const shown = await page.locator('tbody tr').evaluateAll((rows) =>
    rows.map((row) => [row.querySelector('a').title, Number(row.querySelector('.visits').innerText)]),
  )
  assert.deepEqual(shown, pages.map((row) => [row.page, row.sessions]))
})

it('rows are stepped through by keyboard, opened, erased and brought back', async (t) => {
  const { page } = await open(t, '#/sessions')
  const rows = page.getByTestId('session-row')
  await rows.first().waitFor()
  assert.ok((await rows.count()) < SESSIONS, 'only rows in sight are in the page')
  await rows.first().focus()
  for (let n = 0; n < 40; n++) {
    await page.keyboard.press('ArrowDown')
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  }
  const { sessions } = await get(`${server.api}/api/sessions?limit=60`)
  const focused = () => page.evaluate(() => document.activeElement.dataset.session)
  await waitUntil('the fortieth row has the focus', async () => (await focused()) === sessions[40].session_id)
  await page.keyboard.press('Delete')
  await page.getByText('Visit erased.').waitFor()
  assert.equal(await page.locator(`[data-session="${sessions[40].session_id}"]`).count(), 0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.locator(`[data-session="${sessions[40].session_id}"]`).waitFor()
  await page.locator(`[data-session="${sessions[40].session_id}"]`).focus()
  await page.keyboard.press('Enter')
  await page.getByTestId('canvas-moves').waitFor()
  assert.match(page.url(), new RegExp(sessions[40].session_id))
})

it('N goes to the problem of a visit of four minutes, on the page where it happened', async (t) => {
  const session_id = newSession()
  const start = Date.now() - 300_000
  const at = (second, type, data) => ({ type, timestamp: start + second * 1000, data })
  const pay = { path: '#pay', tag: 'button', label: 'Pay now', rect: [500, 400, 120, 44], interactive: true }
  const visit = async (page, from, events) => {
    const calm = [at(from, 'navigation', { url: page, from: null, kind: 'load' }), at(from, 'viewport', { w: 1440, h: 900, doc_w: 1440, doc_h: 1800, dpr: 1 })]
    await postOk(`${server.api}/api/track`, batch(session_id, page, [...calm, ...events]))
  }
  const read = (from, to) => Array.from({ length: (to - from) / 5 }, (_, n) => at(from + n * 5, 'mousemove', { x: 300 + ((n * 37) % 200), y: 200 + n * 9 }))
  await visit(`${SHOP}/`, 0, read(1, 91))
  await visit(`${SHOP}/pay`, 95, [...read(96, 156), ...[0, 1, 2, 3, 4].map((n) => at(160 + n * 0.15, 'click', { x: 560, y: 422, button: 0, element: pay, rx: 0.5, ry: 0.5 }))])
  await visit(`${SHOP}/about`, 180, read(181, 241))

  const { page, problems } = await open(t, '#/sessions')
  const row = page.locator(`[data-session="${session_id}"]`)
  await row.waitFor()
  const opened = Date.now()
  await row.click()
  await page.locator('#film').waitFor()
  const clock = page.locator('#film .clock')
  // After the last problem N does nothing, so that it does not matter how often it is pressed.
  await waitUntil('the film stands at the problem', async () => {
    await page.keyboard.press('n')
    return /^2:40 /.test(await clock.innerText())
  })
  t.diagnostic(`found ${Date.now() - opened} ms after the click on the visit`)
  assert.match(await page.locator('#film .said').innerText(), /Pay now/)
  await waitUntil('the moment is in the address', () => page.url().includes(`t=${start + 160_000}`))
  // Where nothing else has the focus, Space plays and arrows step.
  await page.evaluate(() => document.activeElement.blur())
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor()
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor()
  const seconds = async () => {
    const [minutes, rest] = (await clock.innerText()).split(' ')[0].split(':').map(Number)
    return minutes * 60 + rest
  }
  const at_rest = await seconds()
  await page.keyboard.press('ArrowLeft')
  await waitUntil('5 s back', async () => (await seconds()) === at_rest - 5)
  assert.deepEqual(problems, [])
})

it('a live visit is followed from page to page, until a page is chosen', async (t) => {
  const session_id = newSession()
  const on = async (path) => {
    const url = `${SHOP}${path}`
    const moves = { t: Date.now(), dt: [0, 50, 50], x: [300, 5, 5], y: [200, 5, 5] }
    const events = [
      { type: 'navigation', timestamp: Date.now(), data: { url, from: null, kind: 'load' } },
      { type: 'viewport', timestamp: Date.now() + 1, data: { w: 1440, h: 900, doc_w: 1440, doc_h: 1800, dpr: 1 } },
    ]
    await postOk(`${server.api}/api/track`, batch(session_id, url, events, { moves }))
  }
  await on('/')
  const { page, problems } = await open(t, `#/sessions/${session_id}`)
  await page.getByText('Following', { exact: true }).waitFor()
  const picker = page.getByTestId('page-picker')
  const shows = (path) => waitUntil(`${path} is shown`, async () => (await picker.count()) > 0 && (await picker.inputValue()) === `${SHOP}${path}`, { within: 10_000 })
  await on('/basket')
  await shows('/basket')
  await on('/pay')
  await shows('/pay')
  await picker.selectOption(`${SHOP}/`)
  await page.getByRole('button', { name: 'Follow the visitor' }).waitFor()
  await on('/done')
  await waitUntil('the page is known', async () => (await picker.locator('option').count()) === 4)
  assert.equal(await picker.inputValue(), `${SHOP}/`, 'what was chosen stays')
  await page.getByRole('button', { name: 'Follow the visitor' }).click()
  await shows('/done')
  assert.deepEqual(problems, [])
})

it('a spot of a map leads to its visits, in the widths of the map', async (t) => {
  const { page } = await open(t, `#/pages?page=${encodeURIComponent(`${SHOP}/cart`)}&days=all&layer=clicks`)
  const canvas = page.getByTestId('canvas-page')
  await canvas.waitFor()
  await page.getByRole('link', { name: 'Pay now', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Next mark' }).click()
  await page.getByRole('link', { name: /on Pay now.* · see their visits/ }).waitFor()
  await canvas.focus()
  await page.keyboard.press('Enter')
  await page.getByTestId('session-row').first().waitFor()
  for (const part of [/element=%23pay/, /device=\w+/, /widths=\d+/]) assert.match(page.url(), part)
  await page.goBack()
  await page.getByRole('button', { name: 'Spots', exact: true }).click()
  await page.locator('.elements').waitFor({ state: 'detached' })
  const [scale, left, top] = await canvas.evaluate(({ dataset: { scale, left, top } }) => [scale, left, top].map(Number))
  // What is clicked stays in question while the pointer goes to the link.
  await canvas.click({ position: { x: 561 * scale - left, y: 422 * scale - top } })
  await page.getByRole('link', { name: /clicks? here · see their visits/ }).click()
  await page.getByTestId('session-row').first().waitFor()
  assert.match(page.url(), /at=\d+%2C\d+%2C\d+%2Cclicks/)
})

it('no click is drawn into a map of movement', async (t) => {
  const { page } = await open(t, `#/pages?page=${encodeURIComponent(`${SHOP}/cart`)}&days=all`)
  const canvas = page.getByTestId('canvas-page')
  await canvas.waitFor()
  const greens = () =>
    canvas.evaluate((element) => {
      const { data } = element.getContext('2d').getImageData(0, 0, element.width, element.height)
      let greens = 0
      for (let i = 0; i < data.length; i += 4) if (data[i + 1] > data[i] + 30 && data[i + 1] > data[i + 2] + 30) greens++
      return greens
    })
  await page.locator('.legend.moves').waitFor()
  assert.equal(await greens(), 0)
  await page.getByRole('button', { name: 'Clicks', exact: true }).click()
  await page.locator('.legend.clicks').waitFor()
  await page.getByRole('button', { name: 'Spots', exact: true }).click()
  await waitUntil('the clicks are drawn', async () => (await greens()) > 0)
})

it('nothing scrolls sideways, with a name of 900 letters', async (t) => {
  const { page } = await open(t, '#/')
  for (const width of [320, 390, 768, 1024]) {
    await page.setViewportSize({ width, height: 800 })
    for (const view of ['#/', '#/sessions', '#/pages?days=all', `#/pages?page=${encodeURIComponent(HOSTILE)}&days=all`, '#/paths?days=all', '#/setup']) {
      await page.goto(`${server.dashboard}/${view}`)
      await page.locator('h1').first().waitFor()
      await page.locator('.skeleton').first().waitFor({ state: 'detached' })
      assert.deepEqual(await sidewaysScroll(page), [], `${view} at ${width}`)
    }
  }
})

it('a link to nowhere says so, on the dashboard and beside it', async (t) => {
  const { page } = await open(t, '#/sessions/session-that-is-gone')
  await page.getByText('There is nothing here.').waitFor()
  for (const address of ['#/nonsense', '#/visitors/nobody', '#/visitors/nobody-that-came']) {
    await page.goto(`${server.dashboard}/#/setup`)
    await page.getByRole('heading', { name: 'Add one line to your site.' }).waitFor()
    await page.goto(`${server.dashboard}/${address}`)
    await page.getByText('There is nothing here.').waitFor()
    assert.ok(page.url().endsWith(address))
  }
  const missing = await page.goto(`${server.dashboard}/no/such/page`)
  assert.equal(missing.status(), 404)
  await page.getByRole('link', { name: 'Go to Pulse' }).click()
  await page.getByRole('heading', { name: 'What to fix first' }).waitFor()
})
