import { guard } from './guard.js'

const OPTIONS = { capture: true, passive: true }

/**
 * Listens at the window, before the page does (capture) and without ever delaying it (passive).
 * `types` is a list separated by spaces; the answer is the teardown. What cannot fail may come as its own `guarded`.
 */
export const listen = (types, fn, target = window, guarded = guard(fn)) => {
  const each = (verb) => types.split(' ').map((type) => target[verb + 'EventListener'](type, guarded, OPTIONS))
  each('add')
  return () => each('remove')
}
