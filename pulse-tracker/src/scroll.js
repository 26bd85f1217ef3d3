import { elementPath } from './elementPath.js'
import { SCROLL } from './eventTypes.js'
import { guard } from './guard.js'
import { listen, onEnd } from './listen.js'
import { IGNORE, within } from './within.js'

const SAMPLE_MS = 150

/** Follows one scrolling box: told at most once per 150 ms, and always where it turns and where it rests. */
const follow = (view, y, path) => {
  let told = y
  let time = 0
  let due = 0
  let depth
  let up

  const tell = (turned) => {
    if (told === y) return
    told = y
    due = time + SAMPLE_MS
    view.record(SCROLL, [depth, y, up, turned, path], time)
  }
  const rest = view.later(tell, SAMPLE_MS)

  return ({ scrollTop, clientHeight, scrollHeight }) => {
    const now = Math.round(scrollTop)
    // Where the page stands at first, it did not scroll to.
    y ??= told = now
    if (now === y) return
    const upwards = now < y
    const turned = up === !upwards
    // The turning point itself, before the way back.
    if (turned) tell()
    y = now
    time = Date.now()
    up = upwards
    depth = Math.round(((y + clientHeight) / scrollHeight) * 100)
    if (turned || time >= due) tell(turned)
    rest()
  }
}

/** How far down the page, and each scrolling box in it, has been seen. */
export const scroll = (view) => {
  const boxes = new WeakMap()

  // Its callback comes right after the browser's own layout, when reading positions costs nothing.
  const observer = new ResizeObserver(guard((entries) => entries.map(({ target }) => boxes.get(target)(target))))
  const look = (box, y, nodes) => {
    if (!boxes.has(box)) boxes.set(box, follow(view, y, nodes && elementPath(nodes)))
    observer.unobserve(box)
    observer.observe(box)
  }
  const page = document.scrollingElement
  if (page) look(page)

  listen('scroll', (event) => {
    const { target } = event
    if (target === document) page && look(page)
    else if (!within(target, IGNORE)) look(target, 0, event.composedPath())
  })
  onEnd(() => observer.disconnect())
}
