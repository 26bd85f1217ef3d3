import { guard } from './guard.js'

/** Before the page hears of it (capture), and without ever delaying it (passive). */
export const OPTIONS = { capture: true, passive: true }

export let ending = new AbortController()

/** Listens at the window until `unlisten`; `types` is a list separated by spaces. */
export const listen = (types, fn, target = window) => {
  const guarded = guard(fn)
  for (const type of types.split(' ')) target.addEventListener(type, guarded, { ...OPTIONS, signal: ending.signal })
}

/** What is to be done at `unlisten`. */
export const onEnd = (fn) => ending.signal.addEventListener('abort', guard(fn))

/** Ends all that `listen` began. */
export const unlisten = () => {
  ending.abort()
  ending = new AbortController()
}
