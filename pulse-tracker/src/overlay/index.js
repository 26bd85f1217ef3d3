// "On your page": the map of a page over the page itself. The tracker imports it in a tab that the dashboard has opened.
import { guard } from '../guard.js'
import { listen, onEnd, unlisten } from '../listen.js'
import { OVERLAY } from '../permitted.js'
import { tab } from '../storage.js'
import { fetchMap } from './fetchMap.js'
import { follow } from './follow.js'
import { LAYERS } from './layers.js'
import { marks } from './marks.js'
import { matchElements } from './matchElements.js'
import { panel } from './panel.js'
import { stage } from './stage.js'

// In the place of the dashboard's origin: the person has closed the map, and does not want it on the next page.
const CLOSED = 'closed'

const address = () => location.href.split('#')[0]

/** Shows the map. `api` is where the API is, `overlay` the origin of the dashboard that opened this tab. */
export const show = guard((options) => {
  if (options.overlay === CLOSED) return
  let map
  let found
  let shown
  let [layer] = LAYERS

  const close = guard(() => {
    tab.write(OVERLAY, CLOSED)
    unlisten()
  })
  const draw = () => {
    beside.show(map, found, layer)
    over.show(found, layer, map.sessions)
  }
  const match = () => {
    if (!map) return
    const before = found
    found = matchElements(map.elements)
    // Most changes of a document leave all elements where they are; then the list keeps its focus, too.
    if (before?.size === found.size && [...found].every(([record, element]) => before.get(record) === element)) return
    following.watch([...found.values()])
    draw()
  }
  const load = guard(() => {
    if (shown === address()) return
    const asked = (shown = address())
    const settle = guard((then) => asked === shown && then())
    map = found = null
    beside.wait()
    over.show(new Map(), layer, 0)
    fetchMap(options, asked).then(
      (answer) =>
        settle(() => {
          map = answer
          match()
        }),
      ({ message }) => settle(() => beside.fail(message)),
    )
  })

  const beside = panel({
    close,
    choose: guard((to) => {
      layer = to
      draw()
    }),
    go: guard((element) => {
      element.scrollIntoView({ block: 'center', behavior: 'instant' })
      over.choose(element)
    }),
  })
  const on = stage(beside.element)
  onEnd(on.remove)
  const over = marks(on.marks)
  const following = follow(over.place, match)
  listen('keydown', ({ key }) => key === 'Escape' && close())
  // A router shows another page.
  if (window.navigation?.currentEntry) listen('currententrychange', load, window.navigation)
  else listen('popstate', load)
  load()
})
