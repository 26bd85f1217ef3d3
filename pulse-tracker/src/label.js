import { attribute } from './attribute.js'
import { NAMED } from './controls.js'
import { cut } from './cut.js'
import { MASK, within } from './within.js'

const MOST_CHARS = 40

/** What a control is called, or nothing: never what a field holds, nor anything that is masked. */
export const label = (element) =>
  within(element, MASK) || element.querySelector(MASK)
    ? ''
    : cut(
        attribute(element, 'aria-label') ||
          (element.matches(NAMED) && element.textContent.trim()) ||
          attribute(element, 'title'),
        MOST_CHARS,
      )
