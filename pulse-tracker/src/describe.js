import { attribute } from './attribute.js'
import { INTERACTIVE } from './controls.js'
import { elementPath } from './elementPath.js'
import { label } from './label.js'
import { MASK, NO_RAGE, within } from './within.js'

/**
 * A click: when, where, and what was clicked (the control around the point, or else the very element) with its box in
 * page coordinates. Reads the layout, so it is for clicks alone.
 */
export const describe = (event) => {
  const { pageX, pageY, clientX, clientY } = event
  const path = event.composedPath()
  const control = within(event, INTERACTIVE)
  const node = control || path[0]
  const way = path.slice(path.indexOf(node))
  const styles = way.filter((above) => above.matches).map((above) => getComputedStyle(above))
  const { x, y, width, height } = node.getBoundingClientRect()
  const interactive = control || styles[0].cursor === 'pointer'
  const selection = getSelection()
  return {
    time: Date.now(),
    x: Math.round(pageX),
    y: Math.round(pageY),
    node,
    interactive,
    element: [
      elementPath(way),
      node.localName,
      attribute(node, 'id'),
      attribute(node, 'role') || (node.matches(':read-write') ? 'textbox' : attribute(node, 'type')),
      within(event, MASK) ? null : label(node),
      [x + pageX - clientX, y + pageY - clientY, width, height].map(Math.round),
      // Bits.
      (interactive ? 1 : 0) +
        (styles.some(({ position }) => /fixed|sticky/.test(position)) ? 2 : 0) +
        (within(event, NO_RAGE) ? 4 : 0) +
        (selection.type === 'Range' && selection.containsNode(node, true) ? 8 : 0),
    ],
  }
}
