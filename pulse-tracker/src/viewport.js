import { VIEWPORT } from './eventTypes.js'
import { guard } from './guard.js'
import { layout } from './layout.js'
import { listen, onEnd } from './listen.js'

const QUIET_MS = 250

/** The sizes at first, on a new page, and when they have changed and are quiet again; each has a wireframe of its own. */
export const viewport = (view) => {
  const sketch = layout(view)
  let size
  let told

  const tell = () => {
    if (told === (told = location.href + size)) return
    view.record(VIEWPORT, size)
    sketch()
  }
  const later = view.later(tell, QUIET_MS)

  // Its callback comes right after the browser's own layout, when reading sizes costs nothing.
  const observer = new ResizeObserver(
    guard(() => {
      const { scrollWidth, scrollHeight } = document.documentElement
      size = [innerWidth, innerHeight, scrollWidth, scrollHeight, devicePixelRatio]
      later()
    }),
  )
  const observe = () => {
    observer.disconnect()
    for (const root of document.querySelectorAll('html,body')) observer.observe(root)
  }
  observe()
  view.onSettle(observe)
  listen('load resize', observe)
  onEnd(() => observer.disconnect())
}
