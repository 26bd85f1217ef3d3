// A scripted visit on real Chromium, and the requests that the tracker makes of it: what `test/fixtures` holds.
import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { launch } from './browser.mjs'
import { PAGES } from './pages.mjs'
import { centre, clickAt, glide, strike } from './scenario.mjs'
import { startSink } from './sink.mjs'

const FIXTURES = new URL('../fixtures/', import.meta.url)
const META = new URL('fixtures.json', FIXTURES)

// As Chromium with a window says it; a headless one names itself.
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

// What belongs to one request, or to the port of the test's own server.
const OWN = /^(host|connection|content-length)$/i
const PORT = /(localhost):\d+/

/** Makes the visit. The answer: the headers of its requests, and their bodies, each once, in the order of their arrival. */
export const visit = async () => {
  const sink = await startSink(PAGES)
  const browser = await launch()
  try {
    const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, userAgent: AGENT })
    context.setDefaultTimeout(15_000)
    await walk(sink, await context.newPage())
  } finally {
    await browser.close()
    await sink.close()
  }
  const seen = new Set()
  // A batch that was sent from a page that went is sent once more by the next.
  const bodies = sink.requests.flatMap(({ path, bytes, packed, key }) => {
    if (seen.has(key)) return []
    seen.add(key)
    return [{ route: path.split('/').pop(), packed, bytes }]
  })
  return { headers: headers(sink.requests[0].raw), bodies }
}

const walk = async (sink, page) => {
  const has = (type, count = 1) => sink.until(() => sink.events(type).length >= count, `${count} of ${type}`)
  await page.goto(sink.url + '/?colour=red')
  await page.waitForFunction(() => window.pulse.sessionId())
  await has('layout')
  // The mouse, and clicks: one that is answered, a burst that is not, a disabled button, a label, other buttons.
  await glide(page, [900, 600], [120, 160], 1200)
  await glide(page, [120, 160], [700, 420], 900)
  await clickAt(page, '#live')
  await clickAt(page, '#off')
  await clickAt(page, '#drum')
  await page.mouse.dblclick(...(await centre(page, '#story')))
  await strike(page, '#dead', 5)
  await has('rage_click')
  // The page has a clock. Where a machine stands still for 3 s, its next tick is no rhythm, and passes for an answer.
  for (let tries = 1; sink.events('dead_click').length === 0; tries++) {
    await has('dead_click').catch((error) => { if (tries === 3) throw error })
    if (sink.events('dead_click').length === 0) await strike(page, '#dead', 5)
  }
  // Typing, with a key that is still down when the tab is hidden.
  await clickAt(page, '#name')
  await page.keyboard.type('ann', { delay: 40 })
  await clickAt(page, '#secret')
  await page.keyboard.type('secret', { delay: 30 })
  await page.evaluate(() => {
    window.pulse.track('bought', { gift: true, items: 2, price: 9.5, to: 'Ann' })
    window.pulse.track('left')
    setTimeout(() => { throw new TypeError('total is undefined') })
  })
  // Down, up and down again.
  for (const dy of [300, 600, -400, 900]) {
    await page.mouse.wheel(0, dy)
    await page.waitForTimeout(250)
  }
  // A router, and the way back.
  await page.evaluate(() => history.pushState({}, '', '/cart?code=1'))
  await page.evaluate(() => history.replaceState({}, '', '/checkout'))
  await page.evaluate(() => { location.hash = 'pay' })
  await page.goBack()
  await page.goBack()
  await page.keyboard.down('KeyD')
  await page.evaluate(setVisibility, 'hidden')
  await has('visibility')
  await page.evaluate(setVisibility, 'visible')
  await has('visibility', 2)
  // Another document, with a box that scrolls; it goes while something of it is not sent.
  await page.goto(sink.url + '/boxes')
  await page.waitForFunction(() => window.pulse.sessionId())
  await glide(page, [300, 300], [200, 110], 500)
  for (const top of [100, 300]) {
    await page.evaluate((top) => { document.querySelector('#list').scrollTop = top }, top)
    await page.waitForTimeout(250)
  }
  await page.goto(sink.url + '/plain')
  await sink.until(() => sink.events('navigation').filter(({ data }) => data.kind === 'unload').length === 2, 'the end of the visit')
}

// In the page: Playwright keeps every page visible.
const setVisibility = (state) => {
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
  Object.defineProperty(document, 'hidden', { value: state === 'hidden', configurable: true })
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
}

/** Names and values, as the browser orders them. */
const headers = (raw) => {
  const pairs = raw.flatMap((name, i) => (i % 2 ? [] : [[name, raw[i + 1].replace(PORT, '$1').replaceAll('HeadlessChrome', 'Chromium')]]))
  return pairs.filter(([name]) => !OWN.test(name))
}

/** Replaces the fixtures. */
export const write = async ({ headers, bodies }) => {
  for (const name of await readdir(FIXTURES)) if (name.endsWith('.bin')) await rm(new URL(name, FIXTURES))
  const named = bodies.map(({ route, packed, bytes }, i) => ({ file: `${String(i + 1).padStart(2, '0')}-${route}.bin`, route, packed, bytes }))
  for (const { file, bytes } of named) await writeFile(new URL(file, FIXTURES), bytes)
  const meta = { headers, bodies: named.map(({ file, route, packed }) => ({ file, route, packed })) }
  await writeFile(META, JSON.stringify(meta, null, 1) + '\n')
  return named.length
}

/** The fixtures, as `visit` answers. */
export const read = async () => {
  const { headers, bodies } = JSON.parse(await readFile(META, 'utf8'))
  return { headers, bodies: await Promise.all(bodies.map(async (body) => ({ ...body, bytes: await readFile(new URL(body.file, FIXTURES)) }))) }
}
