import { NAVIGATION, VIEWPORT } from './eventTypes.js'
import { guard } from './guard.js'
import { maskUrl } from './maskUrl.js'
import { IDLE_MS, keepSession } from './session.js'
import { uuid } from './uuid.js'

const BATCH_MS = 2000

// At most 3 bytes a character keep a body below the 64 KiB that a browser sends from a page that goes.
const BATCH_CHARS = 20_000

/**
 * Gathers the events of one page view into batches in the outbox. A batch never spans two addresses.
 * `renew` is called when the session has been idle too long.
 */
export const recorder = (box, renew) => {
  // What each batch begins with: the session, the view's own id, and the batch's number in it.
  let head
  let url
  let active
  let settlers
  let closers
  // When the batch begins; 0 when there is nothing in it.
  let start
  let events
  let chars
  let timer

  const clear = () => {
    start = chars = 0
    events = []
  }
  /** Ends the page view; what is not in a batch is forgotten. */
  const drop = () => {
    clear()
    settlers = null
    closers = []
  }
  /** Ends the batch within 2 s: one timer for all who wait. */
  const soon = () => (timer ||= setTimeout(flush, BATCH_MS))
  /** Ends the batch, and does `then` when it is in the outbox: a moment later, when the positions of the mouse are there. */
  const close = (then) => {
    closers.map((look) => look())
    if (!start || !settlers) return then?.()
    const batch = [...head, url, document.title, start, events]
    self.positions(start, (columns) => {
      box.put('track', [...batch, ...columns])
      then?.()
    })
    head[2]++
    clear()
  }
  const flush = guard(() => {
    timer = 0
    close()
  })
  /** The visitor does something. */
  const alive = () => {
    if (Date.now() - active > IDLE_MS) renew()
    active = Date.now()
    start ||= active
    soon()
  }
  const settle = () => settlers?.map((finish) => finish())

  /** One event, as its type's list of values; `time` in ms since the epoch. Nothing is recorded between two views. */
  const record = (type, data, time = Date.now()) => {
    if (!settlers) return
    // What happens without the visitor (sizes, wireframes, errors, what the page tells) does not keep a session alive.
    if (type < VIEWPORT) alive()
    const { length } = JSON.stringify(data)
    // More than a body holds.
    if (length > BATCH_CHARS) return
    if (chars + length > BATCH_CHARS) close()
    start ||= time
    chars += length
    events.push([type, time - start, data])
    soon()
  }

  const self = {
    record,
    /** Observers that hold something back finish it in `fn` when the page is about to go or to change. */
    onSettle: (fn) => settlers.push(guard(fn)),
    /** Observers that wait for something look for it in `fn`, before each batch. */
    onClose: (fn) => closers.push(guard(fn)),
    soon,
    alive,
    /** A debounced `fn` that does not wait when the page is about to go. */
    later(fn, ms) {
      let timer
      const now = guard(() => {
        if (timer) fn((timer = clearTimeout(timer)))
      })
      settlers.push(now)
      return () => {
        clearTimeout(timer)
        timer = setTimeout(now, ms)
      }
    },
    /** Begins a page view. */
    begin(id, from) {
      drop()
      head = [id, uuid().slice(-12), 0]
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
      close(box.leave)
      keepSession(head[0], active)
      if (unload) drop()
    },
    drop,
    renew,
  }
  return self
}
