/** An element's box in page coordinates: x, y, width, height. Reads the layout. */
export const pageBox = (element) => {
  const { x, y, width, height } = element.getBoundingClientRect()
  return [x + scrollX, y + scrollY, width, height].map(Math.round)
}
