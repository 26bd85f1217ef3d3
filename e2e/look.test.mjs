// Every page as it is seen, in both schemes, wide and narrow. Screenshots are left in out/.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { after, before, it } from 'node:test'
import { visitPage } from './lib/batches.mjs'
import { openVisitor, startBrowser } from './lib/browser.mjs'
import { axe, gradients, hoverChanges, sidewaysScroll } from './lib/look.mjs'
import { startServer } from './lib/server.mjs'
import { openStore } from './lib/stores.mjs'
import { waitUntil } from './lib/wait.mjs'

const OUT = new URL('out/', import.meta.url)
const SHOP = 'http://shop.test'
const HOUR_MS = 3_600_000
const SESSIONS = 30
const TOKEN = randomBytes(24).toString('hex')
const LONG = 'A title that goes on and on, as titles of real pages do when nobody cuts them, until it no longer fits anywhere'

let browser
// A server with sessions; one that nobody has visited, which wants a token; one for its shop.
let full, blank, shop
const opened = []

async function open(options) {
  const store = await openStore('sqlite')
  opened.unshift(store.close)
  const server = await startServer({ store: store.url, ...options })
  opened.unshift(server.stop)
  return server
}

before(async () => {
  await mkdir(OUT, { recursive: true })
  full = await open()
  blank = await open({ args: ['--admin-token', TOKEN] })
  shop = await open()
  for (let n = 0; n < SESSIONS; n++) {
    const page = `${SHOP}/${['', 'cart', 'checkout', 'a/path/that/is/rather/long/for/a/narrow/column'][n % 4]}`
    await visitPage(full.api, page, { title: n % 5 ? `Visit ${n}` : LONG, ago: n * HOUR_MS + 60_000 })
  }
  browser = await startBrowser()
})
after(async () => {
  await browser?.close()
  for (const close of opened) await close()
})

// A page, and `inspect`, which looks at whatever it shows.
async function viewer(t, scheme, width) {
  const viewport = { width, height: width > 800 ? 900 : 844 }
  const { context, page, problems } = await openVisitor(browser, { viewport, colorScheme: scheme, reducedMotion: 'no-preference' })
  t.after(() => context.close())
  // `expected` is what this very page cannot but report.
  const inspect = async (name, expected) => {
    await page.mouse.move(0, 0)
    await page.screenshot({ path: new URL(`${name}-${scheme}-${width}.png`, OUT).pathname, fullPage: true })
    const found = {
      axe: await axe(page),
      sideways: await sidewaysScroll(page),
      gradients: await gradients(page),
      // Rules for pointing are the same in both schemes.
      hover: scheme === 'light' ? await hoverChanges(page) : [],
      problems: problems.splice(0).filter((problem) => !expected?.test(problem)),
    }
    assert.deepEqual(found, { axe: [], sideways: [], gradients: [], hover: [], problems: [] }, name)
  }
  return { page, inspect }
}

for (const scheme of ['light', 'dark']) {
  for (const width of [1440, 390]) {
    it(`the shop, ${scheme}, ${width} px wide`, async (t) => {
      const { page, inspect } = await viewer(t, scheme, width)
      await page.goto(shop.shop)
      await inspect('home')
      await page.goto(`${shop.shop}/product/aero-lamp`)
      await page.locator('#add').click()
      await page.locator('#added a').waitFor()
      await inspect('product')
      await page.goto(`${shop.shop}/cart`)
      await page.locator('#filled').waitFor()
      await inspect('cart')
      await page.goto(`${shop.shop}/checkout`)
      await inspect('checkout')
      await page.locator('#pay-orbit').click()
      await page.waitForURL('**/thanks')
      await inspect('thanks')
      await page.goto(`${shop.shop}/nowhere`)
      await inspect('missing', /404 \(Not Found\)/)
    })

    it(`the dashboard before the first visit, ${scheme}, ${width} px wide`, async (t) => {
      const { page, inspect } = await viewer(t, scheme, width)
      await page.goto(blank.dashboard)
      await page.getByLabel('Admin token').fill('a token that is wrong, but long enough')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('The server did not accept this token.').waitFor()
      await inspect('sign-in', /401 \(Unauthorized\)/)
      await page.getByLabel('Admin token').fill(TOKEN)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { name: 'Add one line to your site.' }).waitFor()
      await inspect('empty')
    })

    it(`the dashboard, ${scheme}, ${width} px wide`, async (t) => {
      const { page, inspect } = await viewer(t, scheme, width)
      const rows = page.getByTestId('session-row')
      await page.goto(full.dashboard)
      await page.getByRole('heading', { name: 'What to fix first' }).waitFor()
      await page.locator('.problem').first().waitFor()
      await inspect('home')
      await page.goto(`${full.dashboard}/#/sessions`)
      await rows.first().waitFor()
      await inspect('list')
      await rows.nth(5).click()
      await page.getByTestId('canvas-moves').waitFor()
      await inspect('session')
      await page.getByTestId('generate-insights').click()
      await page.getByTestId('insight-main').waitFor()
      await inspect('insights')
      await page.goto(`${full.dashboard}/#/pages`)
      await page.getByTestId('page-row').first().waitFor()
      await inspect('pages')
      await page.getByTestId('page-row').nth(1).click()
      await page.getByTestId('canvas-page').waitFor()
      await inspect('page')
      const layers = page.getByRole('group', { name: 'What the map shows' })
      for (const layer of ['Attention', 'Clicks', 'Rage clicks', 'Dead clicks', 'Errors', 'Scroll reach']) {
        await layers.getByRole('button', { name: layer, exact: true }).click()
        await page.locator('.legend').waitFor()
        await inspect(`page, ${layer}`)
      }
      await layers.getByRole('button', { name: 'Clicks', exact: true }).click()
      await page.getByLabel('Compare with').selectOption({ label: 'The 30 days before' })
      // These visits are all of today: the time before has none, says so, and makes up no difference.
      await page.getByText('No visits then.', { exact: true }).waitFor()
      await inspect('compared')
      for (const view of ['paths', 'setup']) {
        await page.goto(`${full.dashboard}/#/${view}`)
        await page.locator('.page h1').waitFor()
        await page.locator('.skeleton').first().waitFor({ state: 'detached' })
        await inspect(view)
      }
    })
  }
}

for (const key of ['a row', 'a control']) {
  it(`a refresh leaves selection, scroll, and focus on ${key} alone`, async (t) => {
    const { context, page, problems } = await openVisitor(browser)
    t.after(() => context.close())
    const rows = page.getByTestId('session-row')
    await page.goto(`${full.dashboard}/#/sessions`)
    await rows.first().waitFor()
    // Far enough down that rows come and go above it.
    const { sessions } = await (await fetch(`${full.api}/api/sessions`)).json()
    const chosen = sessions[20].session_id
    await page.locator('.rows').evaluate((list) => list.scrollTo(0, 800))
    await page.locator(`[data-session="${chosen}"]`).click()
    await page.getByTestId('canvas-clicks').waitFor()
    await page.locator('.detail').evaluate((detail) => detail.scrollTo(0, 150))
    const focused = key === 'a row' ? page.locator(`[data-session="${chosen}"]`) : page.getByRole('button', { name: 'Dots' })
    await focused.focus()
    const state = () =>
      page.evaluate((id) => {
        const place = (element) => Math.round(element.getBoundingClientRect().y)
        const row = document.querySelector(`[data-session="${id}"]`)
        return {
          selected: [...document.querySelectorAll('[data-testid=session-row][aria-current]')].map((e) => e.dataset.session),
          focused: document.activeElement.outerHTML.slice(0, 80),
          row: place(row),
          detail: document.querySelector('.detail').scrollTop,
          card: place(document.querySelector('[data-testid=card-clicks]')),
        }
      }, chosen)
    const before = await state()
    assert.deepEqual(before.selected, [chosen])

    // The list changes meanwhile, above and below; and the dashboard asks once more after that.
    const total = async () => Number(await page.getByTestId('sessions-total').innerText())
    const count = await total()
    await visitPage(full.api, `${SHOP}/`, { title: 'A new visit', ago: 30_000 })
    await visitPage(full.api, `${SHOP}/`, { title: 'An old visit', ago: 100 * HOUR_MS })
    await waitUntil('the list has been refreshed', async () => (await total()) === count + 2)
    await page.waitForResponse((response) => response.url().includes('/api/sessions'))
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    assert.deepEqual(await state(), before)
    assert.deepEqual(problems, [])
  })
}
