// Batches as the tracker makes them, for sessions that need no browser.
import { randomUUID } from 'node:crypto'
import { postOk } from './api.mjs'

export const newSession = () => randomUUID()
export const newView = () => randomUUID().slice(-12)

// A batch of `events` on a page; `more` sets or replaces any other part of it.
export function batch(session_id, page_url, events, more = {}) {
  return { session_id, view_id: newView(), seq: 0, sent_at: Date.now(), page_url, title: 'A page', events, ...more }
}

const PAY = { path: '#pay', tag: 'button', id: 'pay', label: 'Pay now', rect: [500, 400, 120, 44], interactive: true }

// A visitor who reads a page, clicks twice, and rages at a button, `ago` ms ago.
export async function visitPage(api, page_url, { title = 'A page', ago = 60_000 } = {}) {
  const session_id = newSession()
  const start = Date.now() - ago
  const at = (ms, type, data) => ({ type, timestamp: start + ms, data })
  const click = (ms, x, y, element) => at(ms, 'click', { x, y, button: 0, element, rx: 0.5, ry: 0.5 })
  const boxes = [
    { k: 'heading', r: [200, 80, 600, 60] },
    { k: 'text', r: [200, 180, 600, 120] },
    { k: 'button', r: PAY.rect, l: PAY.label },
  ]
  const events = [
    at(0, 'navigation', { url: page_url, from: null, kind: 'load' }),
    at(5, 'viewport', { w: 1440, h: 900, doc_w: 1440, doc_h: 1800, dpr: 1 }),
    at(6, 'layout', { hash: 'one', boxes }),
    click(3_000, 300, 110, { path: 'h1', tag: 'h1' }),
    click(4_000, 420, 230, { path: 'p', tag: 'p' }),
    ...[0, 1, 2, 3].map((n) => click(6_000 + n * 150, 560 + n, 422, PAY)),
    at(9_000, 'scroll', { depth: 80, y: 540, direction: 'down' }),
    at(12_000, 'scroll', { depth: 50, y: 0, direction: 'up', turned: true }),
    at(13_000, 'keypress', { interval_ms: null, hold_ms: 80, field: 'text' }),
    at(13_200, 'keypress', { interval_ms: 200, hold_ms: 70, field: 'text' }),
  ]
  const steps = Array.from({ length: 79 }, (_, n) => Math.round(8 * Math.cos(n / 9)))
  const moves = { t: start + 100, dt: [0, ...steps.map(() => 50)], x: [240, ...steps.map(() => 6)], y: [200, ...steps] }
  await postOk(`${api}/api/track`, batch(session_id, page_url, events, { title, moves }))
  return session_id
}
