/** After this many errors of our own the tracker stops: it never harms the page. */
const MOST = 10

let errors = 0
let stop

/** Says what is to be done when the tracker has failed too often. */
export const onBroken = (fn) => {
  errors = 0
  stop = fn
}

/** The one wrapper of every callback: what we throw never reaches the page. No callback takes more than two arguments. */
export const guard = (fn) => (first, second) => {
  try {
    return fn(first, second)
  } catch {
    if (++errors === MOST) stop()
  }
}
