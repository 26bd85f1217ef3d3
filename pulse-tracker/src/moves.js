import { MOUSEMOVE } from './eventTypes.js'
import { listen } from './listen.js'
import { IGNORE, within } from './within.js'

const SAMPLE_MS = 50

// Frames come every 16.7 ms, give or take: one that is a little early is the one that is due.
const LEAST_MS = 36

// A mouse that tells of itself a thousand times a second, in a browser that does not gather its events by frames.
const MOST_EVENTS = 300

/** The mouse (or pen), sampled every 50 ms while it moves, and where it comes to rest. */
export const moves = (view) => {
  let due = 0
  let events = []
  // The latest that was not due.
  let latest
  let target
  let ignored

  // A finger that moves is scrolling; nothing rests where it leaves the glass.
  const counts = (event) => {
    if (target !== (target = event.target)) ignored = within(target, IGNORE)
    return !ignored && event.pointerType !== 'touch'
  }
  const look = () => {
    const now = performance.now()
    const epoch = Date.now() - now
    const take = ({ pageX, pageY }, time) => {
      due = Math.max(due + SAMPLE_MS, time + LEAST_MS)
      latest = null
      view.record(MOUSEMOVE, [Math.round(pageX), Math.round(pageY)], Math.round(epoch + time))
    }
    // A pointer that sends nothing more is still there when the next sample is due.
    const rest = () => latest && take(latest, due)

    const all = events.filter(counts)
    events = []
    for (const event of all) {
      const paused = event.timeStamp > due + SAMPLE_MS
      if (paused) rest()
      // Events that a busy page held up come together, each with its own time.
      const held = paused && event.getCoalescedEvents?.()
      for (const point of held?.length ? held : [event]) {
        const { timeStamp } = latest = point
        if (timeStamp >= due) take(point, timeStamp)
      }
    }
    if (now > due) rest()
    return latest
  }
  view.onClose(look)

  // Sixty times a second and more: to ask an event anything costs as much as to be told of it, and a tenth of that when
  // it is done for all events of a batch at once.
  return listen('pointermove', (event) => {
    const count = events.push(event)
    if (count === 1) view.alive()
    if (count > MOST_EVENTS) look()
  })
}
