// The dashboard as a person meets it: `cargo xtask bench dashboard` seeds a store, starts a server and runs this. The one argument is
// JSON with `url`, `page` (part of a page's name), `session`, `rounds`, `rows` and `idle_ms`; the answer is JSON, a line for each round.
import { startBrowser } from '../lib/browser.mjs'
import { PARTS, coloursOn, drawing, drawn, fill, first, install, rest } from './drawn.mjs'
import { heatmapJs } from './heatmapjs.mjs'
import { follow } from './requests.mjs'

const { url, page: path, session, rounds, rows, idle_ms } = JSON.parse(process.argv[2])

const VIEWPORT = { width: 1440, height: 900 }
const HOVER_MS = 2000

/** As a fresh visitor with an empty cache. */
async function afresh(browser, visit) {
  const context = await browser.newContext({ viewport: VIEWPORT, reducedMotion: 'reduce' })
  context.setDefaultTimeout(30_000)
  await install(context)
  try {
    const page = await context.newPage()
    return await visit(page, await follow(page))
  } finally {
    await context.close()
  }
}

async function round(browser) {
  const opened = (view, part) => async (page, requests) => {
    await page.goto(url + view)
    return { ms: await first(page, part), requests: requests.take() }
  }
  const home = await afresh(browser, opened(PARTS.home, PARTS.card))
  return afresh(browser, async (page, requests) => {
    const list = await opened(PARTS.sessions, PARTS.row)(page, requests)

    await page.goto(url + PARTS.pages)
    await page.locator(PARTS.page(path)).first().waitFor()
    const ofPage = await act(page, requests, PARTS.page(path), PARTS.pageCanvas)
    ofPage.hover = await hover(page, PARTS.pageCanvas)

    await page.goto(url + PARTS.sessions)
    await page.locator(PARTS.session(session)).waitFor()
    const ofSession = await act(page, requests, PARTS.session(session), PARTS.sessionCanvas)
    ofSession.drawing = { ms: await drawing(page), heatmap_js: await heatmapJs(page, session, PARTS.sessionCanvas) }
    ofSession.hover = await hover(page, PARTS.sessionCanvas)
    ofSession.scrub = await scrub(page)

    return { home, list, page: ofPage, session: ofSession, idle: await idle(page, requests) }
  })
}

/** Clicks, and waits until a map is drawn. The requests are those from the click on. */
async function act(page, requests, selector, canvas) {
  await rest(500)
  requests.take()
  await page.locator(selector).first().click()
  const ms = await drawn(page, canvas)
  const colours = await coloursOn(page, canvas)
  if (colours < 3) throw new Error(`${canvas} was drawn with ${colours} colours: that is no map`)
  return { ms, requests: requests.take() }
}

/** Frames a second while the mouse goes over a canvas. */
async function hover(page, canvas) {
  const { x, y, width, height } = await page.locator(canvas).boundingBox()
  const frames = page.evaluate((ms) => window.bench.frames(ms), HOVER_MS)
  let going = true
  const ended = frames.finally(() => (going = false))
  for (let n = 0; going; n++) {
    const turn = n / 20
    await page.mouse.move(x + width * (0.5 + 0.4 * Math.cos(turn)), y + Math.min(height, VIEWPORT.height / 2) * (0.5 + 0.4 * Math.sin(turn * 1.3)))
  }
  return ended
}

/** Frames a second while the slider of the replay is drawn along. */
const scrub = (page) =>
  page.evaluate(
    ([selector, ms]) => {
      const slider = document.querySelector(selector)
      return window.bench.frames(ms, (frame) => {
        slider.value = String((Number(slider.max) * (frame % 60)) / 60)
        slider.dispatchEvent(new Event('input', { bubbles: true }))
      })
    },
    [PARTS.scrubber, HOVER_MS],
  )

/** A list of many rows that nobody touches and in which nothing changes. */
async function idle(page, requests) {
  await page.goto(url + PARTS.sessions)
  await page.locator(PARTS.row).first().waitFor()
  const have = await fill(page, rows)
  // The first refresh of that many rows brings them all.
  await rest(idle_ms)
  requests.take()
  const streamed = requests.streaming()
  await rest(idle_ms)
  return { rows: have, ms: idle_ms, streamed: requests.streaming() - streamed, requests: requests.take() }
}

const browser = await startBrowser()
try {
  for (let n = 0; n < rounds; n++) console.log(JSON.stringify(await round(browser)))
} finally {
  await browser.close()
}
