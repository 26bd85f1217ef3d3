// Apps with Pulse under /pulse, in one process, on three frameworks: each works as before, and records its own visits.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { get } from './lib/api.mjs'
import { openVisitor, startBrowser } from './lib/browser.mjs'
import { fromEnvironment, start } from './lib/process.mjs'
import { BLANK, answers } from './lib/server.mjs'
import { openStore } from './lib/stores.mjs'
import { waitUntil } from './lib/wait.mjs'

const APPS = [
  {
    name: 'axum',
    program: 'MOUNT_AXUM',
    listen: 'NOTES_LISTEN',
    button: '#add',
    async use(page) {
      await page.getByLabel('New note').fill('Milk & <b>bread</b>')
      await page.locator('#add').click()
      await page.locator('li').waitFor()
      assert.deepEqual(await page.locator('li').allInnerTexts(), ['Milk & <b>bread</b>'])
    },
  },
  {
    name: 'hyper, which has no framework',
    program: 'MOUNT_HYPER',
    listen: 'HOURS_LISTEN',
    button: '#call',
    async use(page) {
      assert.equal(await page.locator('p').innerText(), 'Monday to Friday, 9 to 18.')
      await page.locator('#call').click()
    },
  },
  {
    name: 'warp',
    program: 'MOUNT_WARP',
    listen: 'MENU_LISTEN',
    button: '#order',
    async use(page) {
      assert.deepEqual(await page.locator('li').allInnerTexts(), ['Soup', 'Bread', 'Tea'])
      await page.locator('#order').click()
    },
  },
]

for (const { name, program, listen, button, use } of APPS) {
  describe(`an app on ${name} that Pulse is mounted in`, () => {
    let store, app, url, browser, visitor

    before(async () => {
      store = await openStore('sqlite')
      const env = { ...BLANK, [listen]: '127.0.0.1:0', PULSE_STORE: store.url }
      app = start(fromEnvironment(program), [], { env })
      const port = await waitUntil('the app listens', () => app.output().match(/ on http:\/\/[^:]+:(\d+)/)?.[1], { check: app.check })
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
      await visitor.page.goto(url)
      await use(visitor.page)
      assert.equal((await fetch(`${url}/pulses`)).status, 404)
    })

    it('records the visit in its own process', async () => {
      const id = await visitor.page.evaluate(() => window.pulse.sessionId())
      await waitUntil('the click has arrived', async () => {
        const { sessions } = await get(`${url}/pulse/api/sessions`)
        return sessions.length === 1 && sessions[0].session_id === id && sessions[0].clicks === 1
      })
      const { events } = await get(`${url}/pulse/api/analytics/${id}?types=click`)
      assert.equal(events[0].data.element.path, button)
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
}
