import { guard } from './guard.js'
import { wireframe } from './wireframe.js'

const QUIET_MS = 1000

/** A short digest (djb2). */
const digest = (text) =>
  ([...text].reduce((hash, character) => (hash * 33) ^ character.charCodeAt(0), 5381) >>> 0).toString(36)

/** Asks for the page's wireframe: taken when the browser is idle, recorded once for each page and layout. */
export const layout = (view) => {
  let told

  const sketch = guard(() => {
    const boxes = wireframe()
    const hash = digest(JSON.stringify(boxes))
    if (told === (told = location.href + hash)) return
    view.record('layout', { hash, boxes })
  })
  return view.later(() => (window.requestIdleCallback || setTimeout)(sketch), QUIET_MS)
}
