// Every view of the dashboard as a picture, in both schemes, wide and narrow: `cargo xtask screenshots` seeds two stores, of
// few and of many visits, and runs this. The one argument is JSON with `stores` (name and address of each) and `out`.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { get } from './lib/api.mjs'
import { openVisitor, startBrowser } from './lib/browser.mjs'
import { startServer } from './lib/server.mjs'
import { waitUntil } from './lib/wait.mjs'

const { stores, out } = JSON.parse(process.argv[2])
const WIDTHS = [1440, 768, 390]
const HEIGHT = { 1440: 900, 768: 1024, 390: 844 }

const views = async (api) => {
  const { sessions } = await get(`${api}/api/sessions?sort=frustration&limit=1`)
  const { pages } = await get(`${api}/api/pages?limit=1&sort=frustration`)
  const [session, page] = [sessions[0], encodeURIComponent(pages[0].page)]
  const all = {
    home: '#/',
    sessions: '#/sessions',
    session: `#/sessions/${session.session_id}`,
    pages: '#/pages',
    page: `#/pages?page=${page}`,
    'page-clicks': `#/pages?page=${page}&layer=clicks`,
    'page-reach': `#/pages?page=${page}&layer=reach`,
    'page-compared': `#/pages?page=${page}&layer=clicks&days=7&against=before`,
    paths: '#/paths',
    visitor: session.visitor_id && `#/visitors/${session.visitor_id}`,
    setup: '#/setup',
  }
  return Object.entries(all).filter(([, address]) => address)
}

/** Whether all that a page asked for has come, the stream aside, and nothing was asked since. */
const watchRequests = (page) => {
  const open = new Set()
  let last = Date.now()
  const is = (request) => !request.url().includes('/api/live')
  page.on('request', (request) => is(request) && open.add(request) && (last = Date.now()))
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => open.delete(request) && (last = Date.now()))
  return () => open.size === 0 && Date.now() - last > 400
}

const browser = await startBrowser()
try {
  for (const { name, store } of stores) {
    const server = await startServer({ store, args: ['--goal', '/thanks'] })
    const folder = join(out, name)
    await mkdir(folder, { recursive: true })
    try {
      for (const [view, address] of await views(server.api)) {
        for (const scheme of ['light', 'dark']) {
          for (const width of WIDTHS) {
            const viewport = { width, height: HEIGHT[width] }
            const { context, page } = await openVisitor(browser, { viewport, colorScheme: scheme })
            const quiet = watchRequests(page)
            await page.goto(`${server.dashboard}/${address}`)
            await page.locator('h1').first().waitFor({ state: 'attached' })
            // What was asked for is there when nothing waits for it.
            await page.locator('.skeleton, .pending').first().waitFor({ state: 'detached' })
            await waitUntil('nothing more is asked for', quiet)
            // WebP: all of them are a fifth of what they are as PNG, and stay in the repository.
            const session = await context.newCDPSession(page)
            const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 85 })
            await writeFile(join(folder, `${view}-${scheme}-${width}.webp`), Buffer.from(data, 'base64'))
            await context.close()
          }
        }
        console.log(`${name}: ${view}`)
      }
    } finally {
      await server.stop()
    }
  }
} finally {
  await browser.close()
}
