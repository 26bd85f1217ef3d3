import { deadClicks } from './deadClicks.js'
import { describe } from './describe.js'
import { listen } from './listen.js'
import { rageClicks } from './rageClicks.js'
import { IGNORE, within } from './within.js'

/** Whether a pointer made it: not a script, not Enter on a button or in a form (`detail` 0). */
const byPointer = ({ isTrusted, type, detail, target }) =>
  // A disabled control gets no click event, and is clicked all the more.
  isTrusted && (type === 'pointerup' ? target.matches?.(':disabled') : detail)

/** Every click and tap, with what was clicked; and what a row of them means. */
export const clicks = (view) => {
  const rage = rageClicks(view)
  const [dead, ...offs] = deadClicks(view)
  let last

  const off = listen('click auxclick pointerup', (event) => {
    // A label's click is followed by one on its field, at the very same time.
    if (!byPointer(event) || event.timeStamp === last || within(event, IGNORE)) return
    last = event.timeStamp
    const time = Date.now()
    const [node, data] = describe(event)
    view.record('click', data, time)
    const click = { ...data, time }
    rage(click)
    dead(click, node, event)
  })
  return [off, ...offs]
}
