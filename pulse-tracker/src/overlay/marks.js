import { placeBadges } from './badges.js'
import { clippers, cut } from './clip.js'
import { isVisible } from './findByPath.js'
import { STEPS, stepOf } from './layers.js'
import { drawing, node } from './node.js'
import { number, percent } from './words.js'

// Cells of an element's box along each side, as the server counts them.
const SIDE = 10

const FOLLOWING = 4

/** Where on an element it was clicked: a square a cell, stretched with the box, and a path for each step of density. */
const picture = (cells, most) => {
  const steps = STEPS.map(() => '')
  for (const [x, y, count] of cells) steps[stepOf(count, most)] += `M${x} ${y}h1v1h-1z`
  const paths = steps.flatMap((d, i) => (d ? [drawing('path', { d, class: `step-${i}` })] : []))
  return drawing('svg', { viewBox: `0 0 ${SIDE} ${SIDE}`, preserveAspectRatio: 'none' }, ...paths)
}

/** One element's mark: a box on it, and its figures. */
const markOf = (record, element, layer, visits, { most, mostInCell, clips }) => {
  const count = layer.of(record)
  const share = percent(layer.share(record, visits))
  const box = node('div', { className: 'box' })
  box.style.borderRadius = getComputedStyle(element).borderRadius
  if (layer.id === 'clicks') box.append(picture(record.cells, mostInCell))
  else box.append(node('i', { className: `step-${stepOf(count, most)}` }))
  const badge = node('div', { className: 'badge' }, node('b', {}, number(count)), node('span', {}, share))
  return { record, element, box, badge, count: number(count), share, outer: clips(element) }
}

const put = ({ style }, x, y) => {
  style.transform = `translate(${x}px, ${y}px)`
}

/** The marks of one layer, in `container`. `show` makes them anew, `place` puts each where its element is. */
export const marks = (container) => {
  let all = []
  let chosen

  const place = () => {
    const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight }
    // All that is read of the layout first: it is not laid out again for each mark.
    const seen = all.map((mark) => {
      const rect = mark.element.getBoundingClientRect()
      const part = cut(rect, [screen, ...mark.outer.map((outer) => outer.getBoundingClientRect())])
      return { mark, rect, part, isSeen: !part.isEmpty && isVisible(mark.element) }
    })
    const boxes = seen.filter(({ isSeen }) => isSeen)
    const places = placeBadges(
      boxes.map(({ mark, part }) => ({ rect: part, count: mark.count, share: mark.share })),
      { width: innerWidth, height: innerHeight },
    )
    for (const { mark, isSeen } of seen) {
      mark.box.hidden = !isSeen
      if (!isSeen) mark.badge.hidden = true
    }
    boxes.forEach(({ mark, rect, part }, i) => {
      const { box, badge, element } = mark
      put(box, rect.left, rect.top)
      box.style.width = `${rect.width}px`
      box.style.height = `${rect.height}px`
      const inset = [part.top - rect.top, rect.right - part.right, rect.bottom - part.bottom, part.left - rect.left]
      box.style.clipPath = mark.outer.length ? `inset(${inset.map((px) => `${px}px`).join(' ')})` : ''
      box.classList.toggle('chosen', element === chosen)
      const at = places[i]
      badge.hidden = !at
      if (!at) return
      badge.lastChild.hidden = !mark.share || !!at.isShort
      badge.style.width = `${at.width}px`
      put(badge, at.x, at.y)
    })
  }

  return {
    place,
    /** Draws `found`, a Map from record to element, of which a layer counts something. */
    show(found, layer, visits) {
      const records = [...found].filter(([record]) => layer.of(record))
      records.sort(([a], [b]) => layer.of(b) - layer.of(a))
      container.dataset.layer = layer.id
      const most = Math.max(...records.map(([record]) => layer.of(record)))
      const mostInCell = Math.max(...records.flatMap(([record]) => record.cells.map(([, , count]) => count)))
      all = records.map(([record, element]) => markOf(record, element, layer, visits, { most, mostInCell, clips: clippers() }))
      // What lies inside another box is drawn over it, and figures over all boxes.
      const outerFirst = [...all].sort((a, b) => (a.element.compareDocumentPosition(b.element) & FOLLOWING ? -1 : 1))
      container.replaceChildren(...outerFirst.map(({ box }) => box), ...all.map(({ badge }) => badge))
      place()
    },
    /** Makes one element's mark stand out. */
    choose(element) {
      chosen = element
      place()
    },
  }
}
