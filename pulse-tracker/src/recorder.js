import { debounce } from './debounce.js'
import { NAVIGATION, VIEWPORT } from './eventTypes.js'
import { guard } from './guard.js'
import { maskUrl } from './maskUrl.js'
import { IDLE_MS, keepSession } from './session.js'
import { uuid } from './uuid.js'

const BATCH_MS = 2000

// At most 3 bytes a character keep a body below the 64 KiB that a browser sends from a page that goes.
const BATCH_CHARS = 20_000

// A row of the columns, at most.
const MOVE_CHARS = 20

/** Each value's difference to the one before it. */
const differences = (values) => values.map((value, i) => value - (values[i - 1] || 0))

/**
 * Gathers the events of one page view into batches in the outbox. A batch never spans two addresses.
 * `renew` is called when the session has been idle too long.
 */
export const recorder = (box, renew) => {
  let session
  let view
  let seq
  let url
  let active
  let settlers
  let closers
  let start
  let events
  let columns
  let chars
  let timer

  const clear = () => {
    chars = 0
    events = []
    columns = [[], [], []]
  }
  /** Ends the page view; what is not in a batch is forgotten. */
  const drop = () => {
    clear()
    settlers = null
    closers = []
  }
  /** Ends the batch within 2 s: one timer for all who wait. */
  const soon = () => (timer ||= setTimeout(flush, BATCH_MS))
  const close = () => {
    closers.map((look) => look())
    if (!chars) return
    // Second differences: a hand's speed changes little from one sample to the next.
    box.put('track', [session, view, seq++, url, document.title, start, events, ...columns.map(differences).map(differences)])
    clear()
  }
  const flush = guard(() => {
    timer = 0
    close()
    box.send()
  })
  /** The visitor does something. */
  const alive = (time = Date.now()) => {
    if (time - active > IDLE_MS) renew()
    active = time
    soon()
  }
  const settle = () => settlers?.map((finish) => finish())

  /** One event, as its type's list of values; `time` in ms since the epoch. Nothing is recorded between two views. */
  const record = (type, data, time = Date.now()) => {
    if (!settlers) return
    // What happens without the visitor (sizes, wireframes, errors, what the page tells) does not keep a session alive.
    if (type < VIEWPORT) alive(time)
    const length = MOVE_CHARS + (type && JSON.stringify(data).length)
    // More than a body holds.
    if (length > BATCH_CHARS) return
    if (chars + length > BATCH_CHARS) close()
    if (!chars) start = time
    chars += length
    if (type) events.push([type, time - start, data])
    else [time - start, ...data].map((value, i) => columns[i].push(value))
    soon()
  }

  return {
    record,
    /** Observers that hold something back finish it in `fn` when the page is about to go or to change. */
    onSettle: (fn) => settlers.push(guard(fn)),
    /** Observers that wait for something look for it in `fn`, before each batch. */
    onClose: (fn) => closers.push(guard(fn)),
    soon,
    alive: guard(alive),
    /** A debounced `fn` that does not wait when the page is about to go. */
    later(fn, ms) {
      const [wait, now] = debounce(fn, ms)
      settlers.push(now)
      return wait
    },
    /** Begins a page view. */
    begin(id, from) {
      drop()
      session = id
      view = uuid().slice(-12)
      seq = 0
      active = Date.now()
      keepSession(id, active)
      settlers = []
      url = from
    },
    /** The page has another address now. */
    navigate(kind) {
      settle()
      close()
      const from = url
      url = maskUrl(location.href)
      record(NAVIGATION, [url, from, kind])
    },
    /** Sends everything at once: the page may be going, or (`unload`) is. */
    leave(unload) {
      settle()
      if (unload) record(NAVIGATION, [url, null, 'unload'])
      close()
      keepSession(session, active)
      box.leave()
      if (unload) drop()
    },
    drop,
    renew,
  }
}
