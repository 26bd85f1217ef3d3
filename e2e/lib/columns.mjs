// The reader of positions as columns that docs/http-api.md shows.
const sum = (column) => {
  let value = 0
  return column.map((step) => (value += step))
}

/** The positions of `map.moves` of GET /api/analytics/{id}?map=true. */
export function positions({ t0, t, x, y }) {
  const [xs, ys] = [sum(sum(x)), sum(sum(y))]
  return sum(t).map((ms, i) => ({ timestamp: t0 + ms, x: xs[i], y: ys[i] }))
}
