// A hand on a mouse: it moves at a person's pace, and what it did is known.

const STEP_MS = 12
const REST_MS = 150

// A mouse on `page`, told where to go in the window. What it remembers is in places of the document: `strokes` are its
// glides with the time of each step, `ways` all straight ways it took, `clicks` where it clicked.
export function mouseOn(page) {
  let at = null
  const strokes = []
  const ways = []
  const clicks = []

  const go = async ([x, y]) => {
    const to = [x, y + (await page.evaluate(() => scrollY))]
    ways.push([at ?? to, to])
    at = to
    return to
  }
  return {
    strokes,
    ways,
    clicks,
    // Along a straight line, in steps shorter than a frame.
    async glide(from, to, ms) {
      const start = await go(from)
      const times = []
      const step = async (part) => {
        await page.mouse.move(from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part)
        times.push(Date.now())
      }
      const began = Date.now()
      for (let now = 0; now < ms; now = Date.now() - began) {
        await step(now / ms)
        await page.waitForTimeout(STEP_MS)
      }
      await step(1)
      strokes.push({ from: start, to: await go(to), times })
      // A hand rests before it does the next thing; the tracker tells rest from movement after 50 ms.
      await page.waitForTimeout(REST_MS)
    },
    async click([x, y], count = 1) {
      const to = [Math.round(x), Math.round(y)]
      const place = await go(to)
      await page.mouse.move(...to)
      for (let n = 0; n < count; n++) {
        await page.mouse.down()
        await page.mouse.up()
        clicks.push(place)
      }
    },
  }
}

// The middle of an element, in the window.
export async function middle(page, selector) {
  const { x, y, width, height } = await page.locator(selector).boundingBox()
  return [x + width / 2, y + height / 2]
}

// How many of `times` one takes who takes the first, and then one every `gap` ms at most.
export function sampled(times, gap) {
  let last = -Infinity
  return times.filter((time) => time - last >= gap && (last = time)).length
}

// How far a point is from the nearest of straight ways.
export function distance({ x, y }, ways) {
  const far = ([[ax, ay], [bx, by]]) => {
    const [dx, dy] = [bx - ax, by - ay]
    const part = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)))
    return Math.hypot(x - ax - part * dx, y - ay - part * dy)
  }
  return Math.min(...ways.map(far))
}
