// What is painted on a map of the dashboard.

// The colours at places of the tracked page, as [r, g, b, alpha], each 0 to 255. The canvas says its scale.
export async function colours(canvas, places) {
  return canvas.evaluate((element, places) => {
    const ratio = element.width / element.clientWidth
    const scale = Number(element.dataset.scale) * ratio
    const context = element.getContext('2d')
    return places.map(([x, y]) => [...context.getImageData(Math.round(x * scale), Math.round(y * scale), 1, 1).data])
  }, places)
}

const over = (a, b, by) => a > b + by
export const isBlue = ([r, g, b, a]) => a > 40 && over(b, r, 40) && over(b, g, 40)
export const isGreen = ([r, g, b, a]) => a > 100 && over(g, r, 40) && over(g, b, 40)
export const isRed = ([r, g, b, a]) => a > 100 && over(r, g, 80) && over(r, b, 80)
export const isBlank = ([, , , a]) => a === 0
