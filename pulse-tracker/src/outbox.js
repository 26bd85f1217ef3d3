import { backoff } from './backoff.js'
import { guard } from './guard.js'
import { pack } from './pack.js'
import { OPT_OUT } from './permitted.js'
import { post } from './post.js'
import { local } from './storage.js'

const PREFIX = 'pulse:'

// 1 MiB of UTF-16. Beyond it the oldest go first, which the gap in `seq` then shows.
const MOST_CHARS = 1 << 19

// Browsers allow 64 KiB of keepalive bodies in flight, about three of the largest; the rest stays for the next page.
const LEAVING = 3

/**
 * What is still to be delivered, under keys `pulse:route:random`.
 *
 * It lives in memory. When the server is away or the page goes, each entry is also an item of its own in localStorage
 * until the server has answered for it, and the next page sends what it finds there. An entry sent twice, by two tabs
 * or because an answer was never seen, is one to the server: session, view and seq are in the body.
 */
export const outbox = (api) => {
  const entries = new Map()
  const flying = new Set()
  let failures = 0
  let stored
  let packing

  const first = () => [...entries.keys()][0]
  const keep = (message, key) => {
    stored = true
    local.write(key, message)
  }
  const discard = (key) => {
    entries.delete(key)
    // Storage is slow, and mostly has nothing of ours.
    if (stored) local.erase(key)
  }
  // Each try says when it is made.
  const text = (key) => '[' + Date.now() + ',' + entries.get(key).slice(1)

  const deliver = (key, body) => {
    if (flying.has(key)) return
    flying.add(key)
    post(api + '/' + key.split(':')[1], body).then(
      guard((wait) => {
        flying.delete(key)
        if (wait) {
          if (!failures++) entries.forEach(keep)
          setTimeout(next, Math.max(wait, backoff(failures)))
        } else {
          failures = 0
          discard(key)
          next()
        }
      }),
    )
  }
  const next = guard(() => {
    if (!entries.size || flying.size || packing) return
    const key = (packing = first())
    pack(text(key)).then(
      guard((body) => {
        packing = 0
        // The page may have been left meanwhile, or the visitor have said no.
        if (entries.has(key)) deliver(key, body)
      }),
    )
  })

  return {
    /** Takes up what earlier pages left, or this one: Firefox never answers what was under way when it kept the page for the way back. */
    resume() {
      flying.clear()
      packing = 0
      local.names().map((key) => key.startsWith(PREFIX) && entries.set(key, local.read(key)))
      stored = entries.size
      next()
    },
    /** Takes one more, and sends one after the other, unless a failure is being waited out. */
    put(route, list) {
      // The visitor may have said no since it was begun, or in another tab.
      if (local.read(OPT_OUT)) return
      const message = JSON.stringify(list)
      const key = PREFIX + route + ':' + Math.random()
      entries.set(key, message)
      while ([...entries].join().length > MOST_CHARS) discard(first())
      failures ? keep(message, key) : next()
    },
    /** The page may be gone at any moment: writes everything down, and sends what the browser takes at once, unpacked. */
    leave() {
      entries.forEach(keep)
      for (const key of [...entries.keys()].slice(-LEAVING)) deliver(key, text(key))
    },
    /** Forgets what was not sent. */
    forget: () => entries.forEach((_, key) => discard(key)),
  }
}
