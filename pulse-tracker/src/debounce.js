import { guard } from './guard.js'

/**
 * `wait()` runs `fn` after `ms` of quiet; `flush()` runs it now, if it is waiting. A timer that ends too soon is set
 * again: to set one anew at each call would cost more than everything else that is done for a move of the mouse.
 */
export const debounce = (fn, ms) => {
  let timer
  let due
  const flush = guard(() => {
    const waiting = timer
    timer = clearTimeout(timer)
    if (waiting) fn()
  })
  const look = () => {
    const left = due - Date.now()
    if (left > 0) timer = setTimeout(look, left)
    else flush()
  }
  const wait = () => {
    due = Date.now() + ms
    timer ||= setTimeout(look, ms)
  }
  return [wait, flush]
}
