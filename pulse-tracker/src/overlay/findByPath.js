import { isNamed, stepsOf } from './steps.js'

/** Whether nothing hides an element, as far as the browser tells. */
export const isVisible = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? true

const isShown = (element) => {
  const { width, height } = element.getBoundingClientRect()
  return width > 0 && height > 0 && isVisible(element)
}

// What is above them is not in a path, so that a path begins below them, or with one of them.
const outermost = () => {
  const { body, documentElement } = document
  return [documentElement, ...documentElement.children, ...(body?.children ?? [])]
}

// As clicks find their way out: a slot holds what is assigned to it.
const childrenOf = (element) => [...element.children, ...(element.assignedElements?.() ?? [])]

const below = (element, { joint, selector }) => {
  const root = joint === '>>>' && element.shadowRoot
  if (root && isNamed(selector)) return [...root.querySelectorAll(selector)]
  return root ? [...root.children] : joint === '>' ? childrenOf(element) : []
}

const walk = ([first, ...rest]) => {
  let found = isNamed(first.selector) ? [...document.querySelectorAll(first.selector)] : outermost()
  found = found.filter((element) => element.matches(first.selector))
  for (const step of rest) found = found.flatMap((element) => below(element, step)).filter((element) => element.matches(step.selector))
  return found
}

/**
 * The element that a path of `elementPath` leads to now, or nothing. Of several (an id used twice) it is the first that
 * is shown. Other selectors, which other clients of the API may send, are tried as they are.
 */
export const findByPath = (path) => {
  try {
    const steps = stepsOf(path)
    const found = steps.length ? walk(steps) : []
    return found.find(isShown) ?? found[0] ?? (path.includes('>>>') ? undefined : document.querySelector(path) ?? undefined)
  } catch {
    // No selector of this browser's.
  }
}
