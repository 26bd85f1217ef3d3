// The script on one page with one recorder: time, memory and bytes.
import { launch } from '../test/browser/browser.mjs'
import { plan, play } from './script.mjs'
import { startSink } from './sink.mjs'

const SIZE = { width: 1280, height: 800 }
// Some recorders leave out whoever calls itself headless.
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const SETTLE_MS = 3000
// A browser that has just started has much to do with itself, and few visitors start one for a page.
const STARTED_MS = 3000
// The longest that a recorder gathers before it sends.
const FLUSH_MS = 11_000
// So much of the visit is played once more: what grows then grows with every visit.
const AGAIN_MS = 25_000

/** A browser and a sink of their own for `use`. */
export const withPage = async (recorders, use) => {
  const sink = await startSink(recorders)
  const browser = await launch({ args: ['--no-sandbox', '--disable-gpu', '--disable-smooth-scrolling', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
  try {
    const context = await browser.newContext({ viewport: SIZE, userAgent: AGENT })
    const page = await context.newPage()
    const errors = []
    page.on('pageerror', (error) => errors.push(String(error)))
    return await use({ sink, context, page, errors, client: await context.newCDPSession(page), browser })
  } finally {
    await browser.close()
    await sink.close()
  }
}

/** Where things are, in page pixels. */
export const places = (page) =>
  page.evaluate(() => {
    const centre = (element) => {
      const { x, y, width, height } = element.getBoundingClientRect()
      return [Math.round(x + width / 2), Math.round(y + height / 2)]
    }
    const all = [...document.querySelectorAll('li button, li a')].map(centre)
    return { places: all, search: centre(document.querySelector('#search')), pay: centre(document.querySelector('#pay')), height: innerHeight }
  })

const metrics = async (client) => {
  const { metrics } = await client.send('Performance.getMetrics')
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
}

const heap = async (client) => {
  for (let i = 0; i < 3; i++) await client.send('HeapProfiler.collectGarbage')
  return (await metrics(client)).JSHeapUsedSize
}

const wait = (ms) => new Promise((done) => setTimeout(done, ms))

/** One run: everything that the tables show. */
export const run = (name, recorders, progress) =>
  withPage(recorders, async ({ sink, page, client, errors }) => {
    await client.send('Performance.enable', { timeDomain: 'threadTicks' })
    await client.send('HeapProfiler.enable')
    await page.addInitScript(() => {
      window.longTasks = []
      new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => window.longTasks.push(duration))).observe({ type: 'longtask', buffered: true })
    })
    await wait(STARTED_MS)
    await page.goto(`${sink.url}/${name}`)
    await wait(SETTLE_MS)
    const load = await page.evaluate(() => performance.getEntriesByType('navigation')[0].loadEventEnd)
    const loaded = await metrics(client)
    const actions = plan(await places(page))
    const before = await heap(client)
    await play(client, actions, progress)
    await wait(FLUSH_MS)
    const after = await heap(client)
    const { ScriptDuration } = await metrics(client)
    const longTasks = await page.evaluate(() => window.longTasks.length)
    const { clicks = [], ...recorded } = sink.recorded(name)
    const visit = {
      script: ScriptDuration * 1000,
      loadScript: loaded.ScriptDuration * 1000,
      load,
      heap: after - before,
      bytes: sink.bytes(),
      requests: sink.sent.length,
      preflights: sink.preflights,
      longTasks,
      recorded: { clicks: new Set(clicks).size, ...recorded },
    }
    await page.evaluate(() => scrollTo(0, 0))
    await play(client, actions.filter(({ at }) => at < AGAIN_MS))
    await wait(FLUSH_MS)
    return { ...visit, heapAgain: (await heap(client)) - after, errors, failed: sink.failed }
  })
