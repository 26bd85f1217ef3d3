import { FIELDS, NAMED } from './controls.js'
import { label } from './label.js'
import { pageBox } from './pageBox.js'
import { IGNORE } from './within.js'

const MOST_BOXES = 200
const LEAST_PX = 6

// The first that fits is the kind, known on the wire by its place: image, link, button, input, heading, other, text.
const KINDS = ['img,svg,video,canvas', 'a', NAMED, FIELDS, 'h1,h2,h3,h4', 'iframe', '*']
const IMAGE = 0
const BUTTON = 2
const TEXT = 6

const isText = (node) => node.nodeType === 3 && node.data.trim()

/**
 * The boxes of what can be seen, as a backdrop for maps: kind, rect on the page, and the names of buttons and links alone.
 * What lies inside a box is part of it, but for pictures.
 */
export const wireframe = () => {
  const boxes = []
  let outer
  for (const element of document.body.querySelectorAll('*')) {
    if (boxes.length === MOST_BOXES) break
    const kind = KINDS.findIndex((kind) => element.matches(kind))
    const inside = outer?.contains(element)
    if (inside ? kind !== IMAGE : kind === TEXT && ![...element.childNodes].some(isText)) continue
    const box = pageBox(element)
    if (box[2] < LEAST_PX || box[3] < LEAST_PX || element.closest(IGNORE)) continue
    if (getComputedStyle(element).visibility === 'hidden') continue
    if (!inside) outer = element
    boxes.push([kind, ...box, kind && kind <= BUTTON ? label(element) : ''])
  }
  return boxes
}
