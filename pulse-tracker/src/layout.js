import { LAYOUT } from './eventTypes.js'
import { guard } from './guard.js'
import { wireframe } from './wireframe.js'

const QUIET_MS = 1000

// A tenth of the elements have come or gone.
const LARGE = 0.1

/**
 * Asks for the page's wireframe: taken when the browser is idle, recorded once for each page and layout. A large change in
 * the document asks for it, too: many elements come or gone since it was drawn, or `view.drawn` 0.
 */
export const layout = (view) => {
  const elements = document.getElementsByTagName('*')
  let told

  const draw = guard(() => {
    view.drawn = elements.length
    const boxes = wireframe()
    if (told !== (told = location.href + JSON.stringify(boxes))) view.record(LAYOUT, boxes)
  })
  const sketch = view.later(() => (window.requestIdleCallback || setTimeout)(draw), QUIET_MS)
  view.onClose(() => {
    if (Math.abs(elements.length / view.drawn - 1) > LARGE) sketch()
  })
  return sketch
}
