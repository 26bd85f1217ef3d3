import { guard } from './guard.js'
import { OPTIONS, ending, onEnd } from './listen.js'
import { IGNORE, within } from './within.js'

const SAMPLE_MS = 50

// Frames come every 16.7 ms, give or take: one that is a little early is the one that is due.
const LEAST_MS = 36

/** Each value's difference to the one before it. */
const differences = (values) => values.map((value, i) => value - (values[i - 1] || 0))

/**
 * The mouse (or pen), sampled every 50 ms while it moves, and where it comes to rest.
 *
 * It is told of sixty times a second and more, and what costs is to be called at all. So the browser gathers the events itself where
 * it can (`when`, https://wicg.github.io/observable/), and calls for the first of each batch alone.
 */
export const moves = (view) => {
  // Not by way of the window, where an element or a variable of the page may have that name.
  const moved = performance.when?.call(window, 'pointermove', OPTIONS)
  let due = 0
  // The latest that was not due.
  let latest
  // The events of this batch, or a promise of them; they come until `stop` is aborted.
  let events
  let stop

  // Times (from the batch's start on), x and y.
  let columns

  /** Takes those of the positions that are due. */
  const read = guard((events, start) => {
    const epoch = Date.now() - performance.now() - start
    const take = (time) => {
      const { pageX, pageY, pointerType, target } = latest
      latest = null
      // A mouse or a pen. A finger that moves is scrolling; nothing rests where it leaves the glass.
      if (!/^[mp]/.test(pointerType) || within(target, IGNORE)) return
      due = Math.max(due + SAMPLE_MS, time + LEAST_MS)
      ;[epoch + time, pageX, pageY].map((value, i) => columns[i].push(Math.round(value)))
    }
    for (const event of events) {
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
    // It may still be moving.
    if (latest) performance.now() > due ? take(due) : view.alive()
  })

  const note = guard((event) => {
    if (!events.length) view.alive()
    events.push?.(event)
    // Firefox knows where they were while it tells of them alone.
    event.getCoalescedEvents?.()
  })
  /** Begins to gather; the answer is what was gathered before. */
  const gather = () => {
    const gathered = events
    stop?.abort()
    // Where it is still there it stays, so that it comes before the browser's own.
    addEventListener('pointermove', note, { ...OPTIONS, once: moved, signal: ending.signal })
    events = moved ? moved.takeUntil((stop = new AbortController()).signal.when('abort')).toArray() : []
    return gathered
  }
  gather()
  view.positions = async (start, use) => {
    const gathered = await gather()
    columns = [[], [], []]
    read(gathered, start)
    // Second differences: a hand's speed changes little from one sample to the next.
    guard(use)(columns.map(differences).map(differences))
  }
  onEnd(() => stop?.abort())
}
