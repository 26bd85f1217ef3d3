import { SELF_ANSWERING } from './controls.js'
import { DEAD_CLICK } from './eventTypes.js'
import { guard } from './guard.js'
import { listen, onEnd } from './listen.js'

const WAIT_MS = 2500
const RHYTHM_MS = 3000
const SHORTLY_MS = 100
const SOON_MS = 1000

// What changes more often is an animation, a slide show, a clock.
const CALM_MS = 10_000

/**
 * A hint at a control that did nothing: no change in the document within 2.5 s, nor a scroll, selection, focus or
 * address change soon after. Nodes that were changing before the click (a ticking clock) do not answer it.
 */
export const deadClicks = (view) => {
  const waiting = new Set()
  const changed = new WeakMap()
  let clicked = 0

  // What comes later than 2.5 s is no answer.
  const expire = () => {
    for (const click of waiting) {
      if (Date.now() - click.time < WAIT_MS) return view.soon()
      waiting.delete(click)
      view.record(DEAD_CLICK, [click.x, click.y, WAIT_MS, click.element], click.time)
    }
  }
  const answer = (since) => expire() && waiting.forEach((click) => click.time >= since && waiting.delete(click))

  const observer = new MutationObserver(
    guard((records) => {
      // The observer of layouts wants to know, too.
      view.soon()
      const now = Date.now()
      for (const { target, attributeName } of records) {
        const before = changed.get(target) || 0
        // A class or a style may show and hide all that is inside.
        if (attributeName && target.children[0] && now - before > CALM_MS) view.drawn = 0
        // What changes for the first time after a click may be its answer, and is no rhythm yet.
        if (before > now - RHYTHM_MS || now - clicked > WAIT_MS) changed.set(target, now)
        answer(before + RHYTHM_MS)
      }
    }),
  )
  const observe = (root) => observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true })
  observe(document)

  view.onClose(expire)
  view.onSettle(() => waiting.clear(expire()))

  const add = (click, event) => {
    const { node, interactive } = click
    clicked = click.time
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) return
    if (!interactive || node.closest(SELF_ANSWERING)) return
    // The document's observer does not see into shadow roots.
    observe(node.getRootNode())
    waiting.add(click)
  }
  listen('focusin scroll selectionchange', ({ type }) => {
    // A click alone moves the caret.
    if (type !== 'selectionchange' || getSelection().type === 'Range') answer(Date.now() - (type === 'focusin' ? SOON_MS : SHORTLY_MS))
  })
  onEnd(() => observer.disconnect())
  return add
}
