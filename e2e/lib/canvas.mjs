// What is painted on a map of the dashboard.

// Shows all of a map's page, so that any place on it can be looked at.
export async function seeAll(canvas) {
  const scale = () => canvas.getAttribute('data-scale')
  for (let before; before !== (await scale()); ) {
    before = await scale()
    await canvas.press('-')
    await canvas.evaluate(() => new Promise(requestAnimationFrame))
  }
}

// The colours at places of the tracked page, as [r, g, b, alpha], each 0 to 255. The canvas says which part it shows.
export async function colours(canvas, places) {
  return canvas.evaluate((element, places) => {
    const ratio = element.width / element.clientWidth
    const { scale, left, top } = element.dataset
    const context = element.getContext('2d')
    return places.map(([x, y]) => [...context.getImageData(Math.round((x * scale - left) * ratio), Math.round((y * scale - top) * ratio), 1, 1).data])
  }, places)
}

const over = (a, b, by) => a > b + by
export const isBlue = ([r, g, b, a]) => a > 40 && over(b, r, 40) && over(b, g, 40)
export const isGreen = ([r, g, b, a]) => a > 100 && over(g, r, 40) && over(g, b, 40)
export const isRed = ([r, g, b, a]) => a > 100 && over(r, g, 80) && over(r, b, 80)
export const isBlank = ([, , , a]) => a === 0
