import { attribute } from './attribute.js'
import { INTERACTIVE } from './controls.js'
import { elementPath } from './elementPath.js'
import { label } from './label.js'
import { pageBox } from './pageBox.js'
import { NO_RAGE, within } from './within.js'

/**
 * A click: when, where, and what was clicked (the control around the point, or else the very element) with its box in
 * page coordinates. Reads the layout, so it is for clicks alone.
 */
export const describe = (event, path) => {
  const [target] = path
  const control = within(target, INTERACTIVE)
  const node = control || target
  const way = path.slice(path.indexOf(node))
  const interactive = control || getComputedStyle(node).cursor === 'pointer'
  // Of all positions `fixed` and `sticky` alone have one of these letters.
  const fixed = way.some((above) => above.matches && /[xy]/.test(getComputedStyle(above).position))
  const selection = getSelection()
  const selected = selection.type === 'Range' && selection.containsNode(node, true)
  return {
    time: Date.now(),
    x: Math.round(event.pageX),
    y: Math.round(event.pageY),
    node,
    interactive,
    element: [
      elementPath(way),
      node.localName,
      attribute(node, 'id'),
      attribute(node, 'role') || (node.matches(':read-write') ? 'textbox' : attribute(node, 'type')),
      label(node),
      pageBox(node),
      !!interactive + 2 * fixed + 4 * !!within(target, NO_RAGE) + 8 * selected,
    ],
  }
}
