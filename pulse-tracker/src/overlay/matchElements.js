import { label } from '../label.js'
import { findByPath } from './findByPath.js'
import { isNamed, stepsOf } from './steps.js'

/** The elements of a kind by what they are called; looked for once, and only when something has moved. */
const byLabel = () => {
  const known = new Map()
  return (tag, name) => {
    if (!known.has(tag)) known.set(tag, [...document.getElementsByTagName(tag)].map((element) => [label(element), element]))
    return known.get(tag).flatMap(([called, element]) => (called === name ? [element] : []))
  }
}

/**
 * Where each recorded element is on the page now: a Map from the record to the element, without those that are gone.
 *
 * A path that ends with an id or a test id is enough. Any other path tells a place, where a redesign may have put
 * something else: then the one element of the same tag and label is meant, if there is one, and else what is at the place.
 */
export const matchElements = (records) => {
  const found = new Map()
  const taken = new Set()
  const take = (record, element) => {
    found.set(record, element)
    taken.add(element)
  }
  const unsure = []
  for (const record of records) {
    const { path, label: name } = record.element
    const element = findByPath(path)
    const isSure = element && (!name || isNamed(stepsOf(path).at(-1).selector) || label(element) === name)
    if (isSure) take(record, element)
    else unsure.push([record, element])
  }
  const called = byLabel()
  for (const [record, element] of unsure) {
    const { tag, label: name } = record.element
    const alike = tag && name ? called(tag, name).filter((other) => !taken.has(other)) : []
    if (alike.length === 1) take(record, alike[0])
    else if (element && !taken.has(element)) take(record, element)
  }
  return found
}
