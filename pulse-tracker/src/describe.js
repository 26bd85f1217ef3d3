import { attribute } from './attribute.js'
import { INTERACTIVE } from './controls.js'
import { elementPath } from './elementPath.js'
import { label } from './label.js'
import { MASK, NO_RAGE, within } from './within.js'

/** Where in `size` the offset lies, to a thousandth: 0 to 1, but for what overflows its box. */
const part = (offset, size) => +(offset / size).toFixed(3) || 0

/**
 * A click, as it is recorded: what was clicked (the control around the point, or else the very element) with its
 * box in page coordinates, and the place inside that box. Reads the layout, so it is for clicks alone.
 */
export const describe = (event) => {
  const { pageX, pageY, clientX, clientY, button } = event
  const path = event.composedPath()
  const control = within(event, INTERACTIVE)
  const node = control || path[0]
  const way = path.slice(path.indexOf(node))
  const styles = way.filter((above) => above.matches).map((above) => getComputedStyle(above))
  const { x, y, width, height } = node.getBoundingClientRect()
  const element = {
    path: elementPath(way),
    tag: node.localName,
    id: attribute(node, 'id'),
    role: attribute(node, 'role') || (node.matches(':read-write') ? 'textbox' : attribute(node, 'type')),
    label: within(event, MASK) ? undefined : label(node),
    no_rage: within(event, NO_RAGE) && true,
    rect: [x + pageX - clientX, y + pageY - clientY, width, height].map(Math.round),
    interactive: !!control || styles[0].cursor === 'pointer',
    fixed: styles.some(({ position }) => /fixed|sticky/.test(position)),
  }
  const selection = getSelection()
  return [
    node,
    {
      x: Math.round(pageX),
      y: Math.round(pageY),
      button,
      element,
      rx: part(clientX - x, width),
      ry: part(clientY - y, height),
      selected: (selection.type === 'Range' && selection.containsNode(node, true)) || undefined,
    },
  ]
}
