const HEIGHT = 18
const CHARACTER = 6.6
const ENDS = 14

const overlap = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

// Astride the corners of the box, within the window.
const corners = ({ left, top, right, bottom }, width, window) => {
  const within = (at, size, most) => Math.round(Math.max(2, Math.min(at, most - size - 2)))
  const xs = [right - width, left]
  return [top, bottom].flatMap((y) =>
    xs.map((x) => ({ x: within(x, width, window.width), y: within(y - HEIGHT / 2, HEIGHT, window.height), width, height: HEIGHT })),
  )
}

/**
 * Where the figures of some boxes are: each at a free corner of its box, with its share if there is room, else the count
 * alone, else nowhere. `boxes` are `{rect, count, share}`, the most important first; each answer is `{x, y, width,
 * height, isShort}` or nothing.
 */
export const placeBadges = (boxes, window) => {
  const taken = []
  return boxes.map(({ rect, count, share }) => {
    const width = (characters) => Math.ceil(characters * CHARACTER) + ENDS
    const long = share ? corners(rect, width(count.length + 1 + share.length), window) : []
    const short = corners(rect, width(count.length), window).map((place) => ({ ...place, isShort: true }))
    const free = [...long, ...short].find((place) => !taken.some((other) => overlap(place, other)))
    if (free) taken.push(free)
    return free
  })
}
