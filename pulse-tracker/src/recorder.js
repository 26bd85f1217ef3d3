import { debounce } from './debounce.js'
import { guard } from './guard.js'
import { maskUrl } from './maskUrl.js'
import { IDLE_MS, keepSession } from './session.js'
import { uuid } from './uuid.js'

const BATCH_MS = 2000

// At most 3 bytes a character keep a body below the 64 KiB that a browser sends from a page that goes.
const BATCH_CHARS = 20_000

// What happens without the visitor does not keep a session alive.
const UNATTENDED = /^[el]|vie/

/** Mouse positions as differences in columns, a tenth of their size as events. */
const columns = (moves) => {
  const points = moves.map(({ timestamp, data }) => [data.x, data.y, timestamp])
  if (!moves[0]) return
  const start = [0, 0, points[0][2]]
  const [x, y, dt] = start.map((_, i) => points.map((point, n) => point[i] - (points[n - 1] || start)[i]))
  return { t: start[2], dt, x, y }
}

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
  let events
  let moves
  let chars
  let timer

  const clear = () => {
    clearTimeout(timer)
    timer = chars = 0
    events = []
    moves = []
  }
  /** Ends the page view; what is not in a batch is forgotten. */
  const drop = () => {
    clear()
    settlers = null
  }
  const close = () => {
    if (!chars) return
    box.put('track', {
      session_id: session,
      view_id: view,
      seq: seq++,
      page_url: url,
      title: document.title,
      events,
      moves: columns(moves),
    })
    keepSession(session, active)
    clear()
  }
  const flush = guard(() => {
    close()
    box.send()
  })
  const settle = () => settlers?.map((finish) => finish())

  /** One event; `timestamp` in ms since the epoch. Nothing is recorded between two views. */
  const record = (type, data, timestamp = Date.now()) => {
    if (!settlers) return
    if (!UNATTENDED.test(type)) {
      if (timestamp - active > IDLE_MS) renew()
      active = timestamp
    }
    const event = { type, timestamp, data }
    const { length } = JSON.stringify(event)
    if (chars + length > BATCH_CHARS) close()
    chars += length
    ;(type === 'mousemove' ? moves : events).push(event)
    timer ||= setTimeout(flush, BATCH_MS)
  }

  return {
    record,
    /** Observers that hold something back finish it in `fn` when the page is about to go or to change. */
    onSettle: (fn) => settlers.push(guard(fn)),
    /** A debounced `fn` that does not wait when the page is about to go. */
    later(fn, ms) {
      const [wait, now] = debounce(fn, ms)
      settlers.push(now)
      return wait
    },
    /** Begins a page view. */
    open(id, from) {
      session = id
      view = uuid().slice(-12)
      seq = 0
      active = Date.now()
      keepSession(id, active)
      settlers = []
      url = from
      clear()
    },
    /** The page has another address now. */
    navigate(kind) {
      settle()
      close()
      const from = url
      url = maskUrl(location.href)
      record('navigation', { url, from, kind })
    },
    /** Sends everything at once: the page may be going, or (`unload`) is. */
    leave(unload) {
      settle()
      if (unload) record('navigation', { url, from: null, kind: 'unload' })
      close()
      box.leave()
      if (unload) drop()
    },
    drop,
    renew,
  }
}
