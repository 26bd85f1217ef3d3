// heatmap.js over the same positions, on a canvas of the same size, in the same browser: what drawing them costs elsewhere.
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(import.meta.resolve('heatmap.js'))

// Its own, and the one that its examples use for pages.
const RADII = [10, 40]

/** For each radius, ms from handing the points over to a canvas that can be read. `dashboard` shows the session on `canvas`. */
export async function heatmapJs(dashboard, session, canvas) {
  const points = await dashboard.evaluate(async (session) => {
    const { events } = await (await fetch(`api/analytics/${session}?types=mousemove`)).json()
    return events.map(({ data: { x, y } }) => ({ x, y, value: 1 }))
  }, session)
  const size = await dashboard.locator(canvas).evaluate(({ width, height }) => ({ width, height }))
  const page = await dashboard.context().newPage()
  try {
    await page.setContent('<div id="map"></div>')
    await page.addScriptTag({ path: SCRIPT })
    return await page.evaluate(
      ({ points, size, radii }) => {
        const container = document.querySelector('#map')
        Object.assign(container.style, { width: `${size.width}px`, height: `${size.height}px` })
        const [right, bottom] = points.reduce(([right, bottom], { x, y }) => [Math.max(right, x), Math.max(bottom, y)], [1, 1])
        const data = points.map(({ x, y, value }) => ({ x: Math.round((x * size.width) / right), y: Math.round((y * size.height) / bottom), value }))
        return radii.map((radius) => {
          const map = window.h337.create({ container, radius })
          const start = performance.now()
          map.setData({ min: 0, max: 10, data })
          const drawn = container.querySelector('canvas').getContext('2d').getImageData(0, 0, size.width, size.height).data
          const ms = performance.now() - start
          if (!drawn.some((byte) => byte)) throw new Error('heatmap.js drew nothing')
          container.replaceChildren()
          return { radius, points: data.length, ms }
        })
      },
      { points, size, radii: RADII },
    )
  } finally {
    await page.close()
  }
}
