import { listen } from './listen.js'
import { IGNORE } from './within.js'

const SAMPLE_MS = 50

// Frames come every 16.7 ms, give or take: one that is a little early is the one that is due.
const LEAST_MS = 34

/** The mouse (or pen), sampled every 50 ms while it moves, and where it comes to rest. */
export const moves = (view) => {
  let due = 0
  let last = 0
  let latest

  const take = ({ pageX, pageY }, time) => {
    last = time
    due = Math.max(due + SAMPLE_MS, time + LEAST_MS)
    const [x, y, epoch] = [pageX, pageY, Date.now() - performance.now() + time].map(Math.round)
    view.record('mousemove', { x, y }, epoch)
  }
  // A pointer that sends nothing more is still there when the next sample is due.
  const rest = view.later(() => {
    const { timeStamp } = latest
    if (timeStamp > last) take(latest, Math.max(due, timeStamp))
  }, SAMPLE_MS)

  return listen('pointermove', (event) => {
    // A finger that moves is scrolling; nothing rests where it leaves the glass.
    if (event.pointerType === 'touch' || event.target.closest?.(IGNORE)) return
    // Events that a busy page held up come together, each with its own time.
    for (const point of [...(event.getCoalescedEvents?.() || []), event]) {
      if (point.timeStamp >= due) take(point, point.timeStamp)
    }
    latest = event
    rest()
  })
}
