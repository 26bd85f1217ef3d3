/** The boxes around an element that cut off what is beyond them, such as a list that scrolls by itself. */
export const clippers = (element) => {
  const found = []
  for (let node = element; (node = node.assignedSlot ?? node.parentNode ?? node.host); ) {
    if (node.nodeType !== 1 || node === document.body || node === document.documentElement) continue
    const { overflowX, overflowY, position } = getComputedStyle(node)
    if (overflowX !== 'visible' || overflowY !== 'visible') found.push(node)
    // It stands in the window, whatever is around it.
    if (position === 'fixed') break
  }
  return found
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
