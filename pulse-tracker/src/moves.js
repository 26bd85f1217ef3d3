import { MOUSEMOVE } from './eventTypes.js'
import { listen } from './listen.js'
import { IGNORE, within } from './within.js'

const SAMPLE_MS = 50

// Frames come every 16.7 ms, give or take: one that is a little early is the one that is due.
const LEAST_MS = 36

/** The mouse (or pen), sampled every 50 ms while it moves, and where it comes to rest. */
export const moves = (view) => {
  let due = 0
  const events = []
  let epoch
  // The latest that was not due.
  let latest
  let target
  let ignored

  const take = (time) => {
    const { pageX, pageY, pointerType } = latest
    if (target !== (target = latest.target)) ignored = within(target, IGNORE)
    latest = null
    // A finger that moves is scrolling; nothing rests where it leaves the glass.
    if (ignored || pointerType === 'touch') return
    due = Math.max(due + SAMPLE_MS, time + LEAST_MS)
    view.record(MOUSEMOVE, [Math.round(pageX), Math.round(pageY)], Math.round(epoch + time))
  }
  const look = () => {
    epoch = Date.now() - performance.now()
    for (const event of events.splice(0)) {
      if (event.timeStamp < due) latest = event
      else {
        const paused = event.timeStamp > due + SAMPLE_MS
        // A pointer that sent nothing was still there when the next sample was due.
        if (paused && latest) take(due)
        // Events that a busy page held up come together, each with its own time.
        const held = paused && event.getCoalescedEvents?.()
        for (latest of held?.length ? held : [event]) if (latest.timeStamp >= due) take(latest.timeStamp)
      }
    }
    if (!latest) return
    if (performance.now() > due) take(due)
    else view.soon()
  }
  view.onClose(look)

  // Sixty times a second and more: to ask an event anything costs as much as to be told of it, and a tenth of that when
  // it is done for all events of a batch at once. What cannot fail needs no guard.
  const note = (event) => {
    if (!events.length) view.alive()
    events.push(event)
  }
  return listen('pointermove', note, window, note)
}
