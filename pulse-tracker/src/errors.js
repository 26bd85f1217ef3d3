import { cut } from './cut.js'
import { ERROR } from './eventTypes.js'
import { listen } from './listen.js'
import { maskUrl } from './maskUrl.js'

const MOST_CHARS = 128

// A page that fails in a loop tells nothing new.
const MOST = 50

/** Errors that the page did not catch, by name. */
export const errors = (view) => {
  let count = 0
  listen('error unhandledrejection', ({ type, error, reason = error, message = reason }) => {
    // A picture that did not load is an `error` too, without a message.
    if ((type === 'error' && !message) || ++count > MOST) return
    const texts = [reason?.name || 'Error', reason?.message || message]
    view.record(ERROR, texts.map((text) => cut(maskUrl(String(text)), MOST_CHARS)))
  })
}
