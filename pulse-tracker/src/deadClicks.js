import { SELF_ANSWERING } from './controls.js'
import { DEAD_CLICK } from './eventTypes.js'
import { guard } from './guard.js'
import { listen } from './listen.js'

const WAIT_MS = 2500
const RHYTHM_MS = 3000
const SHORTLY_MS = 100
const SOON_MS = 1000

const MUTATIONS = { subtree: true, childList: true, attributes: true, characterData: true }

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
      if (Date.now() - click.time < WAIT_MS) return true
      waiting.delete(click)
      view.record(DEAD_CLICK, [click.x, click.y, WAIT_MS, click.element], click.time)
    }
  }
  const answer = (since) => {
    if (expire()) waiting.forEach((click) => click.time >= since && waiting.delete(click))
  }

  const observer = new MutationObserver(
    guard((records) => {
      view.changed()
      const now = Date.now()
      for (const { target } of records) {
        const before = changed.get(target) || 0
        // What changes for the first time after a click may be its answer, and is no rhythm yet.
        if (before > now - RHYTHM_MS || now - clicked > WAIT_MS) changed.set(target, now)
        answer(before + RHYTHM_MS)
      }
    }),
  )
  const observe = (root) => observer.observe(root, MUTATIONS)
  observe(document)

  view.onClose(expire)
  view.onSettle(() => {
    expire()
    waiting.clear()
  })

  const add = (click, event) => {
    const { node } = click
    clicked = click.time
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) return
    if (!click.interactive || node.closest(SELF_ANSWERING)) return
    // The document's observer does not see into shadow roots.
    const root = node.getRootNode()
    if (root !== document) observe(root)
    waiting.add(click)
    view.soon()
  }
  return [
    add,
    listen('focusin', () => answer(Date.now() - SOON_MS)),
    listen('scroll', () => answer(Date.now() - SHORTLY_MS)),
    // A click alone moves the caret.
    listen('selectionchange', () => waiting.size && getSelection().type === 'Range' && answer(Date.now() - SHORTLY_MS)),
    () => observer.disconnect(),
  ]
}
