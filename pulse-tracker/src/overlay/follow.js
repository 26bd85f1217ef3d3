import { guard } from '../guard.js'
import { listen, onEnd } from '../listen.js'

// Elements are looked for again so long after the document has changed: a framework changes it many times at once.
const CHANGED_MS = 150

// Attributes that decide which element is meant; the others only move it.
const NAMING = ['id', 'data-testid', 'role', 'aria-label', 'title']

/**
 * Calls `place` in the next frame, once, whenever something may have moved, and `match` when elements may have come or
 * gone. `watch(elements)` says whose sizes matter. Nothing is asked for again and again.
 */
export const follow = (place, match) => {
  let frame = 0
  let timer = 0
  const soon = () => {
    frame ||= requestAnimationFrame(
      guard(() => {
        frame = 0
        place()
      }),
    )
  }
  const changed = guard((records) => {
    soon()
    if (!records.some(({ attributeName }) => !attributeName || NAMING.includes(attributeName))) return
    timer ||= setTimeout(
      guard(() => {
        timer = 0
        match()
      }),
      CHANGED_MS,
    )
  })

  const sizes = new ResizeObserver(guard(soon))
  const changes = new MutationObserver(changed)
  listen('scroll resize load transitionend animationend toggle', soon)
  // Where the browser tells of what moved by itself.
  const shifts = window.PerformanceObserver?.supportedEntryTypes?.includes('layout-shift') && new PerformanceObserver(guard(soon))
  shifts && shifts.observe({ type: 'layout-shift' })
  onEnd(() => {
    sizes.disconnect()
    changes.disconnect()
    shifts && shifts.disconnect()
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  })

  return {
    soon,
    watch(elements) {
      sizes.disconnect()
      changes.disconnect()
      for (const element of [document.documentElement, document.body, ...elements]) element && sizes.observe(element)
      // The document's observer does not see into shadow roots.
      for (const root of new Set([document, ...elements.map((element) => element.getRootNode())])) {
        changes.observe(root, { subtree: true, childList: true, attributes: true, characterData: true })
      }
    },
  }
}
