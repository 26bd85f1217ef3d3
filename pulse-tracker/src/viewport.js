import { guard } from './guard.js'
import { layout } from './layout.js'
import { listen } from './listen.js'

const QUIET_MS = 250

/** The sizes at first, on a new page, and when they have changed and are quiet again; each has a wireframe of its own. */
export const viewport = (view) => {
  const sketch = layout(view)
  let size
  let told

  const tell = () => {
    const text = location.href + JSON.stringify(size)
    if (text === told) return
    told = text
    view.record('viewport', size)
    sketch()
  }
  const later = view.later(tell, QUIET_MS)

  // Its callback comes right after the browser's own layout, when reading sizes costs nothing.
  const observer = new ResizeObserver(
    guard(() => {
      const { scrollWidth, scrollHeight } = document.documentElement
      size = { w: innerWidth, h: innerHeight, doc_w: scrollWidth, doc_h: scrollHeight, dpr: devicePixelRatio }
      later()
    }),
  )
  const observe = () => {
    observer.disconnect()
    for (const root of document.querySelectorAll('html,body')) observer.observe(root)
  }
  observe()
  view.onSettle(observe)
  return [listen('load resize', observe), () => observer.disconnect()]
}
