import { unlisten } from './listen.js'

/** After this many errors of our own the tracker stops: it never harms the page. */
const MOST = 10

let errors = 0

/** The one wrapper of every callback: what we throw never reaches the page. No callback takes more than two arguments. */
export const guard = (fn) => (first, second) => {
  try {
    return fn(first, second)
  } catch {
    if (++errors % MOST === 0) unlisten()
  }
}
