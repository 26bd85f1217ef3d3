import { KEYPRESS } from './eventTypes.js'
import { listen } from './listen.js'
import { IGNORE, within } from './within.js'

/** The kind of field that is typed into (a rich text is a textarea); `page` outside of any. */
const fieldOf = ({ type, isContentEditable }) => type || (isContentEditable ? 'textarea' : 'page')

/**
 * The rhythm of typing: when and how long, never what. Which key it was is compared while it
 * is down, to find its release, and is forgotten with it.
 */
export const keys = (view) => {
  const down = new Map()
  let last
  let field

  // Gone before it is told: that may renew the session, which releases all keys.
  const release = (code, up) => down.get(code)?.(up, down.delete(code))
  view.onSettle(() => down.forEach((tell, code) => release(code, null)))

  listen('keydown keyup', (event) => {
    const { code } = event
    const time = Date.now()
    if (event.type === 'keyup') return release(code, time)
    // A modifier is held for another key's sake, and what autofill sends has no key at all.
    const [target] = event.composedPath()
    if (event.repeat || event.getModifierState?.(event.key) !== false || within(target, IGNORE)) return
    release(code, null)
    // A pause between two fields is not part of the rhythm.
    const interval = target === field ? time - last : null
    field = target
    last = time
    down.set(code, (up) => view.record(KEYPRESS, [interval, up && up - time, fieldOf(target)], time))
  })
}
