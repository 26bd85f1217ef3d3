import { deadClicks } from './deadClicks.js'
import { describe } from './describe.js'
import { CLICK } from './eventTypes.js'
import { listen } from './listen.js'
import { rageClicks } from './rageClicks.js'
import { IGNORE, within } from './within.js'

/** Every click and tap, with what was clicked; and what a row of them means. */
export const clicks = (view) => {
  const rage = rageClicks(view)
  const dead = deadClicks(view)
  let released

  listen('click auxclick pointerup', (event) => {
    if (!event.isTrusted) return
    // Enter clicks with `detail` 0, a label's click is followed by one on its field: both without a pointer. A disabled
    // control gets no click event, and is clicked all the more.
    const before = released
    released = event.type === 'pointerup'
    if (!(released ? event.target.matches?.(':disabled') : before && event.detail)) return
    const path = event.composedPath()
    if (within(path[0], IGNORE)) return
    const click = describe(event, path)
    // Before it is recorded: that may renew the session, whose own observers see to the rest.
    dead(click, event)
    view.record(CLICK, [click.x, click.y, event.button, click.element], click.time)
    rage(click)
  })
}
