const NONE = []

/**
 * Tells of elements which boxes around them cut off what is beyond, such as a list that scrolls by itself. What is known
 * of one element holds for all beside it.
 */
export const clippers = () => {
  const known = new Map()
  const around = (element) => {
    const outer = element.assignedSlot ?? element.parentNode ?? element.host
    if (!outer || outer === document.body) return NONE
    if (!known.has(outer)) known.set(outer, of(outer))
    return known.get(outer)
  }
  const of = (node) => {
    if (node.nodeType !== 1) return around(node)
    const { overflowX, overflowY, position } = getComputedStyle(node)
    // What is fixed stands in the window, whatever is around it.
    const outer = position === 'fixed' ? NONE : around(node)
    return overflowX === 'visible' && overflowY === 'visible' ? outer : [...outer, node]
  }
  return (element) => (getComputedStyle(element).position === 'fixed' ? NONE : around(element))
}

/** What of a rect lies within others; without width or height when there is nothing. */
export const cut = (rect, others) => {
  let { left, top, right, bottom } = rect
  for (const other of others) {
    left = Math.max(left, other.left)
    top = Math.max(top, other.top)
    right = Math.min(right, other.right)
    bottom = Math.min(bottom, other.bottom)
  }
  return { left, top, right, bottom, isEmpty: right <= left || bottom <= top }
}
