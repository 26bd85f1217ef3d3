import { guard } from '../guard.js'
import { onEnd } from '../listen.js'

const WAIT_MS = 10_000

/** Why there is no ticket, in words for people. */
export const NO_OPENER =
  'This tab has no tie to the dashboard. Open the page from there again. The site’s Cross-Origin-Opener-Policy may forbid the tie.'
export const NO_ANSWER = 'The dashboard does not answer. Open the page from there again.'
export const REFUSED = 'The dashboard may not show a map of this page.'

/**
 * Asks the dashboard that opened this tab for a ticket to the map of the page at `address`. Only the dashboard's own
 * origin is asked, and only its window is believed. Rejects with an `Error` whose message is for people.
 */
export const requestTicket = (dashboard, address) =>
  new Promise((resolve, reject) => {
    const { opener } = window
    if (!opener) return reject(new Error(NO_OPENER))
    const stop = new AbortController()
    const end = (settle, value) => {
      clearTimeout(timer)
      stop.abort()
      settle(value)
    }
    const timer = setTimeout(() => end(reject, new Error(NO_ANSWER)), WAIT_MS)
    const hear = guard(({ source, origin, data }) => {
      if (source !== opener || origin !== dashboard || data?.pulse !== 'ticket' || data.page !== address) return
      if (typeof data.ticket === 'string') end(resolve, data.ticket)
      else end(reject, new Error(REFUSED))
    })
    addEventListener('message', hear, { signal: stop.signal })
    onEnd(() => end(reject, new Error(NO_ANSWER)))
    opener.postMessage({ pulse: 'overlay', page: address }, dashboard)
  })
