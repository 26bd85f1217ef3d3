// One browser for a file; for each scenario a server and a visitor of its own, so that several run side by side.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { launch } from './browser.mjs'
import { PAGES } from './pages.mjs'
import { startSink } from './sink.mjs'

const DESKTOP = { viewport: { width: 1000, height: 700 } }
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 3 }

// Contexts whose visitors have fingers.
const phones = new WeakSet()

/** Every scenario runs on a computer and on a phone, but for those that are of one of them alone. */
export const scenarios = (title, launchOptions, define) =>
  describe(title, { concurrency: 2 }, () => {
    let browser
    before(async () => {
      browser = await launch(launchOptions)
    })
    after(() => browser?.close())

    /** Runs `act` as a fresh visitor. No page may fail, nothing may be preflighted, no cookie may travel. */
    const on = (device, suffix) => (name, act, { fails = false, ...options } = {}) =>
      it(name + suffix, { timeout: 40_000 }, async () => {
        const sink = await startSink(PAGES)
        const context = await browser.newContext({ ...device, ...options })
        if (device === PHONE) phones.add(context)
        try {
          context.setDefaultTimeout(15_000)
          const errors = []
          context.on('page', (page) => page.on('pageerror', (error) => errors.push(String(error))))
          await act(sink, await context.newPage(), context)
          if (!fails) assert.deepEqual(errors, [])
          for (const { method, type, cookie } of sink.requests) assert.deepEqual([method, type, cookie], ['POST', 'text/plain', undefined])
        } finally {
          await context.close()
          await sink.close()
        }
      })
    const desktop = on(DESKTOP, '')
    const phone = on(PHONE, ', on a phone')
    const both = (...args) => {
      desktop(...args)
      phone(...args)
    }
    define(both, desktop, phone)
  })

/** A click, or a tap where there are fingers. */
export const press = (page, selector) => (phones.has(page.context()) ? page.tap(selector) : page.click(selector))

/** Opens a page and waits until it records. */
export const open = async (sink, page, path) => {
  await page.goto(sink.url + path)
  await page.waitForFunction(() => window.pulse.sessionId())
}

/** Opens a page whose script is there before the page is parsed or seen. The answer: a function that has it parsed to the end, and loaded. */
export const openHeld = async (sink, page) => {
  let release
  const held = new Promise((done) => { release = done })
  await page.route('**/held.css', (route) => held.then(() => route.fulfill({ contentType: 'text/css', body: '' })))
  const loaded = page.goto(sink.url + '/held')
  await page.waitForFunction(() => window.pulse, null, { polling: 20 })
  return () => {
    release()
    return loaded
  }
}

/**
 * Lets `ms` of the page's own time pass at once, so that whatever it wanted to do by then is done, and asked for. The page's clock has
 * to be installed before the page is opened.
 */
export const pass = async (page, ms) => {
  await page.clock.runFor(ms)
  // After what was asked for before. A document of an opaque origin does not see the answer.
  await page.evaluate(() => fetch('/plain').catch(() => {}))
}

/** From now on the page's time passes by `runFor` alone. Its clock has to be installed before the page is opened. */
export const pause = async (page) => {
  const soon = async () => (await page.evaluate(() => Date.now())) + 1000
  for (let tries = 0; tries < 4; tries += 1) {
    try {
      return await page.clock.pauseAt(await soon())
    } catch {
      // A busy machine took longer than that second to get there.
    }
  }
  return page.clock.pauseAt(await soon())
}

/** What is played, not waited for: the visitor does nothing for `ms`, or for longer on a busy machine. */
export const idle = (page, ms) => page.waitForTimeout(ms)

/** The frames that tell observers of scrolling and sizes. */
export const frames = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))

/** Has what was recorded sent now, and waits for it. */
export const finish = async (sink, page) => {
  await page.evaluate(() => window.pulse.stop())
  await sink.until(async () => (await kept(page)) === 0, 'everything is delivered')
}

/** How many batches the page keeps in storage. */
export const kept = (page) => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('pulse:')).length)

/** Clicks or taps in quick succession. */
export const strike = async (page, selector, count) => {
  const [x, y] = await centre(page, selector)
  // A tap is a gesture: the next one may begin when it has ended.
  if (phones.has(page.context())) {
    for (let i = 0; i < count; i++) await page.touchscreen.tap(x, y)
    return
  }
  // All are sent before the first is answered, so that a busy machine makes no pause between two.
  const client = await page.context().newCDPSession(page)
  const mouse = (type) => client.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 })
  await Promise.all(Array.from({ length: count }, () => [mouse('mousePressed'), mouse('mouseReleased')]).flat())
}

export const centre = async (page, selector) => {
  const { x, y, width, height } = await page.locator(selector).boundingBox()
  return [x + width / 2, y + height / 2]
}

export const clickAt = async (page, selector, options) => page.mouse.click(...(await centre(page, selector)), options)

/** What the page heard of the pointer from now on; the answer gives the times of it, in ms since the epoch. */
export const hear = async (page) => {
  await page.evaluate(() => {
    window.heard = []
    addEventListener('pointermove', ({ timeStamp }) => window.heard.push(performance.timeOrigin + timeStamp))
  })
  return () => page.evaluate(() => window.heard)
}

/** The moments the page heard of the pointer at which no move was recorded, with the 50 ms between two samples and 5 of rounding. */
export const unrecorded = (sink, heard) => {
  assert.ok(heard.length, 'the pointer was heard')
  const moves = sink.events('mousemove')
  return heard.filter((time) => !moves.some(({ timestamp }) => Math.abs(timestamp - time) < 55))
}

/** Moves the mouse along a line at about 60 steps a second. */
export const glide = async (page, from, to, ms) => {
  const start = Date.now()
  for (let now = 0; now < ms; now = Date.now() - start) {
    const part = now / ms
    await page.mouse.move(from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part)
    await idle(page, 10)
  }
  await page.mouse.move(...to)
}
