// The shape of what the tracker sends: forms, fields and kinds of values, without the values that differ from visit to visit.
import { textOf } from './wire.mjs'

// Lists of as many of a kind as there are; any other list has a place for each value.
const MANY = { events: true, 'event 9': true, times: true, xs: true, ys: true }
const TRACK = ['sent_at', 'session', 'view', 'seq', 'page_url', 'title', 'start', 'events', 'times', 'xs', 'ys']

const EPOCH_MS = 1e12

const kindOf = (value) => {
  if (value === null) return 'null'
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) return 'fraction'
    // Whether one is negative may depend on how far the page was scrolled.
    return value >= EPOCH_MS ? 'time since the epoch' : 'whole'
  }
  if (typeof value !== 'string') return typeof value
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(value)) return 'uuid'
  if (/^[\da-f]{12}$/.test(value)) return 'end of a uuid'
  if (/^https?:/.test(value)) return 'address'
  // Words such as `push` and `hidden` mean what they say.
  return /^[a-z_-]{0,16}$/.test(value) ? `"${value}"` : 'text'
}

/** Every place of the bodies with the kinds of values found there: a `Map` from places to sets. */
export const shapeOf = (bodies) => {
  const shape = new Map()
  const note = (place, kind) => shape.set(place, (shape.get(place) ?? new Set()).add(kind))
  const look = (place, value) => {
    if (!Array.isArray(value)) {
      if (value === null || typeof value !== 'object') return note(place, kindOf(value))
      return Object.entries(value).forEach(([name, inner]) => look(`${place} ${name}`, inner))
    }
    if (MANY[place]) return value.forEach((inner) => look(`${place} each`, inner))
    note(place, `list of ${value.length}`)
    value.forEach((inner, i) => look(`${place} ${i}`, inner))
  }
  for (const { route, packed, bytes } of bodies) {
    note(route, packed ? 'deflated' : 'as it is')
    const list = JSON.parse(textOf(bytes))
    if (route !== 'track') {
      look(route, list)
      continue
    }
    note('track', `list of ${list.length}`)
    list.forEach((value, i) => {
      if (TRACK[i] !== 'events') return look(TRACK[i], value)
      for (const [type, time, data, ...more] of value) {
        note('type', type)
        look('time', time)
        look(`event ${type}`, data)
        note('event', `list of ${3 + more.length}`)
      }
    })
  }
  return shape
}

/** Places that only one of two shapes has, and kinds of values that `found` has and `known` has not. */
export const differences = (known, found) => [
  ...[...known.keys()].filter((place) => !found.has(place)).map((place) => `${place} is gone`),
  ...[...found].flatMap(([place, kinds]) => [...kinds].filter((kind) => !known.get(place)?.has(kind)).map((kind) => `${place} is new as ${kind}`)),
]
