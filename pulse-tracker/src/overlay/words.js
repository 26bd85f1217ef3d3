import { cut } from '../cut.js'

const MOST_CHARS = 40

const NUMBER = new Intl.NumberFormat()
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })

// Fewer tell little.
const FEW = 30

/** A number as people here write it. */
export const number = (count) => NUMBER.format(count)

/** A share in percent, such as `34 %`; less than one in a hundred is not nothing, and nothing has none. */
export const percent = ([part, whole]) => {
  if (!part || !whole) return ''
  const share = (100 * part) / whole
  return `${share < 1 ? '<1' : Math.round(Math.min(share, 100))} %`
}

/** How many visits there are. */
export const visits = (count) => `${number(count)} ${count === 1 ? 'visit' : 'visits'}`

/** What is to be known of a map before it is believed. */
export const caution = ({ sessions, partial, elements_whole }) =>
  [
    sessions < FEW && 'Few visits, so take it with care.',
    partial && 'Older visits are still being counted.',
    !elements_whole && 'Rarely clicked elements are left out.',
  ]
    .filter(Boolean)
    .join(' ')

/** When the visits of a map were. */
export const span = ({ from, to }) =>
  [from != null && `since ${DAY.format(from)}`, to != null && `until ${DAY.format(to)}`].filter(Boolean).join(' ') || 'all visits so far'

/** What an element is called: by its label, else by what it says on the page, else by its path. */
export const nameOf = ({ element }, here) =>
  element.label || cut(here?.labels?.[0]?.textContent || here?.placeholder || here?.textContent || '', MOST_CHARS) || element.path
