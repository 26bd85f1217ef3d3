// In the dashboard's page: when what was asked for has been drawn. What this knows of the dashboard is in `PARTS`.

export const PARTS = {
  card: '[data-testid="problem"]',
  row: '[data-testid="session-row"]',
  session: (id) => `[data-session="${id}"]`,
  list: '.list > .rows',
  page: (path) => `[data-testid="page-row"]:has-text("${path}")`,
  home: '#/',
  pages: '#/pages',
  sessions: '#/sessions',
  pageCanvas: '[data-testid="canvas-page"]',
  sessionCanvas: '[data-testid="canvas-moves"]',
  scrubber: '.film input[type="range"]',
}

// A map has far more strokes and fills than its frame; less is a canvas that was wiped or shows that it waits.
const LEAST_MARKS = 20

/** Installed before any script of the page: notes clicks, answers, when the text of a map was there, and what canvases are told to draw. */
export function watch(LEAST_MARKS) {
  const seen = { clicked: 0, answered: 0, read: 0, marks: 0, at: 0, rows: 0 }
  window.bench = seen
  addEventListener('click', () => Object.assign(seen, { clicked: performance.now(), answered: 0, marks: 0, at: 0 }), { capture: true })
  const ask = window.fetch
  window.fetch = (...args) =>
    ask.apply(window, args).then((answer) => {
      seen.answered++
      return answer
    })
  const text = Response.prototype.text
  Response.prototype.text = function () {
    return text.call(this).then((body) => {
      if (this.url.includes('map=true')) seen.read = performance.now()
      return body
    })
  }
  const context = CanvasRenderingContext2D.prototype
  for (const name of ['fill', 'stroke', 'fillRect', 'fillText', 'drawImage', 'putImageData']) {
    const original = context[name]
    context[name] = function (...args) {
      // What was drawn before an answer came is what was there before.
      if (seen.answered && this.canvas.isConnected) {
        seen.marks += name === 'putImageData' || name === 'drawImage' ? LEAST_MARKS : 1
        seen.at = performance.now()
      }
      return original.apply(this, args)
    }
  }
  window.bench.frames = async (ms, act) => {
    const start = performance.now()
    let [frames, last, longest] = [0, start, 0]
    while (last - start < ms) {
      act?.(frames)
      const now = await new Promise(requestAnimationFrame)
      longest = Math.max(longest, now - last)
      last = now
      frames++
    }
    return { per_second: (frames * 1000) / (last - start), longest_ms: longest }
  }
}

export const install = (context) => context.addInitScript({ content: `(${watch})(${LEAST_MARKS})` })

/** Ms from the start of the page to the frame in which the first `part` is there. */
export const first = (page, part) =>
  page.evaluate(
    (part) =>
      new Promise((resolve) => {
        const look = () => (document.querySelector(part) ? requestAnimationFrame(() => resolve(performance.now())) : requestAnimationFrame(look))
        look()
      }),
    part,
  )

/** Ms from the last click to the frame after which `canvas` shows a map: an answer came, marks were drawn, and no more follow. */
export const drawn = (page, canvas) =>
  page.waitForFunction(
    ([canvas, least]) => {
      const { clicked, marks, at } = window.bench
      const quiet = performance.now() - at > 100
      return clicked && document.querySelector(canvas) && marks >= least && quiet && at - clicked
    },
    [canvas, LEAST_MARKS],
    { polling: 'raf', timeout: 30_000 },
  ).then((handle) => handle.jsonValue())

/** Ms from the text of the map's answer to the last stroke: reading it, laying out the view and drawing, on the main thread. */
export const drawing = (page) => page.evaluate(() => window.bench.at - window.bench.read)

/** The colours on a canvas; one alone is an empty one. A check that what was timed is a picture. */
export const coloursOn = (page, canvas) =>
  page.evaluate((selector) => {
    const element = document.querySelector(selector)
    const { data } = element.getContext('2d').getImageData(0, 0, element.width, Math.min(element.height, 2000))
    const colours = new Set()
    for (let i = 0; i < data.length && colours.size < 100; i += 4 * 101) colours.add(data.slice(i, i + 4).join())
    return colours.size
  }, canvas)

export const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Scrolls the list to its end until it has so many rows, or all there are; how many it has. Only rows in sight are in the page. */
export async function fill(page, rows) {
  const count = () =>
    page.evaluate(([list, row]) => {
      document.querySelector(list).scrollTo(0, 1e9)
      const last = [...document.querySelectorAll(row)].at(-1).closest('[aria-posinset]')
      return { have: Number(last.ariaPosInSet), all: Number(last.ariaSetSize) }
    }, [PARTS.list, PARTS.row])
  const start = Date.now()
  for (let { have, all } = await count(); ; { have, all } = await count()) {
    if (have >= Math.min(rows, all)) return have
    if (Date.now() - start > 30_000) throw new Error(`the list ends after ${have} of ${all} rows`)
    await rest(50)
  }
}
