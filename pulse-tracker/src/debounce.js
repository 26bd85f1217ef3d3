import { guard } from './guard.js'

/** `wait()` runs `fn` after `ms` of quiet; `flush()` runs it now, if it is waiting. */
export const debounce = (fn, ms) => {
  let timer
  const flush = guard(() => {
    if (timer) fn((timer = clearTimeout(timer)))
  })
  const wait = () => {
    clearTimeout(timer)
    timer = setTimeout(flush, ms)
  }
  return [wait, flush]
}
