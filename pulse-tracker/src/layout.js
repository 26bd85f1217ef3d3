import { LAYOUT } from './eventTypes.js'
import { guard } from './guard.js'
import { wireframe } from './wireframe.js'

const QUIET_MS = 1000

// A tenth of the elements have come or gone.
const LARGE = 0.1

/**
 * The page's wireframe: taken when the browser is idle, recorded once for each page and layout. `sketch()` asks for it;
 * a large change in the document does, too.
 */
export const layout = (view) => {
  const elements = document.getElementsByTagName('*')
  let count = 0
  let told

  const draw = guard(() => {
    count = elements.length
    const boxes = wireframe()
    if (told !== (told = location.href + JSON.stringify(boxes))) view.record(LAYOUT, boxes)
  })
  const sketch = view.later(() => (window.requestIdleCallback || setTimeout)(draw), QUIET_MS)
  const look = view.later(() => Math.abs(elements.length - count) > count * LARGE && sketch(), QUIET_MS)

  const observer = new MutationObserver(guard(look))
  observer.observe(document, { childList: true, subtree: true })
  return [sketch, () => observer.disconnect()]
}
