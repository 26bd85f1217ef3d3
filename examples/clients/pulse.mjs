// Sends a visit to Pulse and asks what became of it, with Node.js or in a browser:
//   PULSE_URL=http://localhost:5001 PULSE_TOKEN=... node examples/clients/pulse.mjs
// @ts-check

/**
 * @typedef {object} TrackAnswer What became of each event.
 * @property {number} accepted
 * @property {number} duplicates
 * @property {{index: number, reason: string}[]} rejected
 *
 * @typedef {object} SessionRow
 * @property {string} session_id
 * @property {number} started_at Milliseconds since the epoch.
 * @property {number} clicks
 * @property {number} frustration
 *
 * @typedef {object} SessionsAnswer
 * @property {SessionRow[]} sessions
 * @property {string | null} next_cursor
 * @property {number} total
 *
 * @typedef {object} PageMap
 * @property {string} page
 * @property {number} cell Width and height of a cell in px.
 * @property {[column: number, row: number, count: number][]} clicks
 * @property {number} total
 *
 * @typedef {object} ProblemsAnswer
 * @property {{id: string, title: string, hit: number, seen: number}[]} problems
 * @property {number} total
 */

/** A Pulse server. */
export class Pulse {
  /**
   * @param {string} url Where it is.
   * @param {string} [token] The credential for reads, where one is set.
   */
  constructor(url, token) {
    this.url = url
    /** @type {Record<string, string>} */
    this.headers = token ? { authorization: `Bearer ${token}` } : {}
  }

  /** @param {object} batch @returns {Promise<TrackAnswer>} */
  track(batch) {
    return this.#ask('/api/track', {}, { method: 'POST', body: JSON.stringify(batch) })
  }

  /** @param {Record<string, string | number>} [query] @returns {Promise<SessionsAnswer>} */
  sessions(query) {
    return this.#ask('/api/sessions', query)
  }

  /** @param {string} page @returns {Promise<PageMap>} */
  pageMap(page) {
    return this.#ask('/api/heatmap', { page })
  }

  /** @param {Record<string, string | number>} [query] @returns {Promise<ProblemsAnswer>} */
  problems(query) {
    return this.#ask('/api/problems', query)
  }

  /** @param {string} path @param {Record<string, string | number>} [query] @param {RequestInit} [options] */
  async #ask(path, query = {}, options = {}) {
    const parameters = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))
    const headers = { ...this.headers, 'content-type': 'application/json' }
    const response = await fetch(`${this.url}${path}?${parameters}`, { ...options, headers })
    const answer = await response.json()
    if (!response.ok) throw new Error(`Pulse refused that: ${answer.error.message}`)
    return answer
  }
}

const page = 'http://localhost:8080/checkout'
const now = Date.now()
const pulse = new Pulse(process.env.PULSE_URL ?? 'http://localhost:5001', process.env.PULSE_TOKEN)

const stored = await pulse.track({
  session_id: 'example-session-js',
  view_id: 'example-view-js',
  seq: 0,
  page_url: page,
  events: [{ type: 'click', timestamp: now, data: { x: 120, y: 300, element: '#pay' } }],
  moves: { t: now - 100, dt: [0, 50, 50], x: [100, 10, 10], y: [290, 5, 5] },
})
console.log(`stored ${stored.accepted + stored.duplicates} events, ${stored.duplicates} of them before`)

const list = await pulse.sessions({ page, limit: 10 })
console.log(`${list.total} sessions`)
for (const { session_id, clicks, frustration } of list.sessions) {
  console.log(`  ${session_id}: ${clicks} clicks, frustration ${frustration}`)
}

const map = await pulse.pageMap(page)
console.log(`${map.total} positions and ${map.clicks.length} cells with clicks on ${map.page}`)

const { problems, total } = await pulse.problems({ limit: 3 })
console.log(`${total} problems`)
for (const { title, hit, seen } of problems) console.log(`  ${title} (${hit} of ${seen} visits)`)
