import { guard } from './guard.js'

const OPTIONS = { capture: true, passive: true }

/**
 * Listens at the window, before the page does (capture) and without ever delaying it (passive).
 * `types` is a list separated by spaces; the answer is the teardown.
 */
export const listen = (types, fn) => {
  const guarded = guard(fn)
  const each = (method) => types.split(' ').map((type) => window[method](type, guarded, OPTIONS))
  each('addEventListener')
  return () => each('removeEventListener')
}
