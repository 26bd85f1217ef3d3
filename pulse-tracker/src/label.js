import { attribute } from './attribute.js'
import { NAMED } from './controls.js'
import { cut } from './cut.js'

const MOST_CHARS = 40

/** What a control is called, never what a field holds. */
export const label = (element) =>
  cut(
    attribute(element, 'aria-label') ||
      (element.matches(NAMED) && element.textContent.trim()) ||
      attribute(element, 'title') ||
      '',
    MOST_CHARS,
  ) || undefined
