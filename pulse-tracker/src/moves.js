import { MOUSEMOVE } from './eventTypes.js'
import { listen } from './listen.js'
import { IGNORE, within } from './within.js'

const SAMPLE_MS = 50

// Frames come every 16.7 ms, give or take: one that is a little early is the one that is due.
const LEAST_MS = 34

/** The mouse (or pen), sampled every 50 ms while it moves, and where it comes to rest. */
export const moves = (view) => {
  let due = 0
  let epoch
  let target
  let ignored
  // The latest that was not due.
  let latest

  const take = ({ pageX, pageY }, time) => {
    due = Math.max(due + SAMPLE_MS, time + LEAST_MS)
    view.record(MOUSEMOVE, [Math.round(pageX), Math.round(pageY)], Math.round(epoch + time))
  }
  // A finger that moves is scrolling; nothing rests where it leaves the glass.
  const counts = (event) => {
    if (target !== (target = event.target)) ignored = within(target, IGNORE)
    return !ignored && event.pointerType !== 'touch'
  }
  // A pointer that sends nothing more is still there when the next sample is due.
  const rest = () => {
    const event = latest
    latest = null
    if (event && counts(event)) take(event, Math.max(due, event.timeStamp))
  }
  view.onClose(() => performance.now() > due && rest())

  const sample = (event) => {
    const { timeStamp } = event
    const paused = timeStamp > due + SAMPLE_MS
    if (paused) {
      rest()
      epoch = Date.now() - performance.now()
    }
    latest = null
    if (!counts(event)) return
    // Events that a busy page held up come together, each with its own time.
    for (const point of (paused && event.getCoalescedEvents?.()) || []) if (point.timeStamp >= due) take(point, point.timeStamp)
    if (timeStamp >= due) take(event, timeStamp)
  }
  // Sixty times a second and more: what is not due is noted, and that is all.
  return listen('pointermove', (event) => {
    if (event.timeStamp < due) latest = event
    else sample(event)
  })
}
