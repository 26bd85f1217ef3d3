// Sends a visit to Pulse and asks what became of it, with Node.js:
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
class Pulse {
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
    return this.#ask('/api/track', {}, batch)
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

  /** @param {string} path @param {Record<string, string | number>} [query] @param {object} [body] */
  async #ask(path, query = {}, body) {
    const parameters = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))
    const sends = body && {
      method: 'POST',
      headers: { ...this.headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    const response = await fetch(`${this.url}${path}?${parameters}`, sends ?? { headers: this.headers })
    if (response.ok) return response.json()
    // A proxy answers with a page of its own, which has a status only.
    const refused = await response.json().catch(() => null)
    throw new Error(`Pulse refused that: ${refused?.error?.message ?? `status ${response.status}`}`)
  }
}

// Batches with the same three values are one batch: these are fixed, so that the example stores nothing twice when it
// is run again. An application makes a random view_id for each page load, and counts seq from 0 within it.
const batchIds = { session_id: 'example-session-js', view_id: 'example-view-js', seq: 0 }
const page = 'http://localhost:8080/checkout'
const now = Date.now()
const pulse = new Pulse(process.env.PULSE_URL ?? 'http://localhost:5001', process.env.PULSE_TOKEN)

const stored = await pulse.track({
  ...batchIds,
  page_url: page,
  events: [{ type: 'click', timestamp: now, data: { x: 120, y: 300, element: { path: '#pay' } } }],
  moves: { t: now - 100, dt: [0, 50, 50], x: [100, 10, 10], y: [290, 5, 5] },
})
if (stored.rejected.length) throw new Error(`Pulse rejected events: ${JSON.stringify(stored.rejected)}`)
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
