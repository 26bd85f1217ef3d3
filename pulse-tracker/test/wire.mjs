// The tracker's own form, read as the server reads it: bodies with names, columns as `mousemove` events.
import { gunzipSync, inflateSync } from 'node:zlib'

const TYPES = ['mousemove', 'click', 'rage_click', 'dead_click', 'scroll', 'keypress', 'navigation', 'visibility', 'viewport', 'layout', 'error', 'custom']
const KINDS = ['image', 'link', 'button', 'input', 'heading', 'other', 'text']

const defined = (data) => Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined && value !== false))

const element = ([path, tag, id, role, label, rect, bits]) =>
  defined({
    path,
    tag,
    id: id || undefined,
    role: role || undefined,
    label: label || undefined,
    rect,
    interactive: !!(bits & 1),
    fixed: !!(bits & 2),
    no_rage: !!(bits & 4),
  })

const part = (offset, size) => (size ? offset / size : 0)

const DATA = {
  mousemove: ([x, y]) => ({ x, y }),
  click([x, y, button, of]) {
    const [left, top, width, height] = of[5]
    return defined({ x, y, button, element: element(of), rx: part(x - left, width), ry: part(y - top, height), selected: !!(of[6] & 8) })
  },
  rage_click: ([x, y, count, span_ms, of]) => ({ x, y, count, span_ms, element: element(of) }),
  dead_click: ([x, y, waited_ms, of]) => ({ x, y, waited_ms, element: element(of) }),
  scroll: ([depth, y, up, turned, path]) => defined({ depth, y, direction: up ? 'up' : 'down', turned: !!turned, element: path ?? undefined }),
  keypress: ([interval_ms, hold_ms, field]) => ({ interval_ms, hold_ms, field: field.split('-')[0] }),
  navigation: ([url, from, kind]) => ({ url, from, kind: kind === 'traverse' ? 'pop' : kind }),
  visibility: ([state]) => ({ state }),
  viewport: ([w, h, doc_w, doc_h, dpr]) => ({ w, h, doc_w, doc_h, dpr }),
  layout: (boxes) => ({ boxes: boxes.map(([kind, x, y, w, h, label]) => defined({ k: KINDS[kind], r: [x, y, w, h], l: label || undefined })) }),
  error: ([name, message]) => ({ name, message }),
  custom: ([name, props]) => ({ name, props }),
}

/** An event's type and data by their names. */
export const named = (type, data) => ({ type: TYPES[type], data: DATA[TYPES[type]](data) })

/** Whether it is as the tracker packs it. */
export const isPacked = (body) => body[0] === 0x78

/** The text of a body that may be packed, by the tracker or, with gzip, by another. */
export const textOf = (body) => {
  if (body[0] === 0x1f) return gunzipSync(body).toString()
  return (isPacked(body) ? inflateSync(body) : body).toString()
}

export const readSession = (text) => {
  const [sent_at, session_id, visitor_id, page_url, title, referrer, [w, h]] = JSON.parse(text)
  return { sent_at, session_id, visitor_id, page_url, title, referrer, viewport: { w, h } }
}

/** What differences were taken of. */
export const sums = (values) => {
  let sum = 0
  return values.map((value) => (sum += value))
}

export const readTrack = (text) => {
  const [sent_at, session_id, view_id, seq, page_url, title, start, events, ...columns] = JSON.parse(text)
  const [t, x, y] = columns.map((column) => sums(sums(column)))
  const all = [
    ...events.map(([type, time, data]) => ({ timestamp: start + time, ...named(type, data) })),
    ...t.map((time, i) => ({ timestamp: start + time, ...named(0, [x[i], y[i]]) })),
  ]
  return { sent_at, session_id, view_id, seq, page_url, title, events: all.map((event) => ({ ...event, page_url })) }
}
