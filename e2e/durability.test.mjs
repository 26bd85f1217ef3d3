// What was answered 200 is there, whatever happens to the server; and it is there once.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { get, post, postOk } from './lib/api.mjs'
import { batch, newSession, newView } from './lib/batches.mjs'
import { startServer } from './lib/server.mjs'
import { STORES, needs, openStore } from './lib/stores.mjs'
import { waitUntil } from './lib/wait.mjs'

const SENDERS = 4
const ANSWERED = 60
const PAGE = 'http://shop.test/'

// A batch that no other is like: its clicks are at x = n, its moves at y = n.
function numbered(session, view, n) {
  const timestamp = Date.now()
  const events = [0, 1].map((y) => ({ type: 'click', timestamp, data: { x: n, y } }))
  const moves = { t: timestamp, dt: [0, 50], x: [1, 1], y: [n, 0] }
  return batch(session, PAGE, events, { view_id: view, seq: n, moves })
}
const EVENTS = 4

for (const kind of STORES) {
  describe(`a server that ends, on ${kind}`, needs(kind), () => {
    it('keeps all that it acknowledged when it is killed, and takes repeats once', async (t) => {
      const store = await openStore(kind)
      t.after(() => store.close())
      const first = await startServer({ store: store.url })
      t.after(() => first.kill())

      const session = newSession()
      const made = []
      const answered = new Set()
      let killed = false
      const sender = async () => {
        const view = newView()
        for (let n = 0; !killed; n++) {
          const body = numbered(session, view, n)
          made.push(body)
          // The one that the kill cuts off is not answered: nothing is promised of it.
          const answer = await post(`${first.api}/api/track`, body).catch(() => null)
          if (answer?.status === 200) answered.add(body)
        }
      }
      const senders = Array.from({ length: SENDERS }, sender)
      await waitUntil(`${ANSWERED} batches are answered`, () => answered.size >= ANSWERED, { within: 30_000, every: 1 })
      killed = true
      await first.kill()
      await Promise.all(senders)

      const second = await startServer({ store: store.url, ports: first.ports })
      t.after(() => second.stop())
      const found = async () => {
        const { events } = await get(`${second.api}/api/analytics/${session}`)
        const counts = new Map()
        for (const { type, data } of events) {
          const key = type === 'click' ? `click ${data.x} ${data.y}` : `move ${data.y}`
          counts.set(key, (counts.get(key) ?? 0) + 1)
        }
        return { total: events.length, counts }
      }
      // How often a batch's number was used: senders count alike, each in a view of its own.
      const expected = (bodies) => {
        const counts = new Map()
        for (const { seq } of bodies) {
          for (const key of [`click ${seq} 0`, `click ${seq} 1`]) counts.set(key, (counts.get(key) ?? 0) + 1)
          counts.set(`move ${seq}`, (counts.get(`move ${seq}`) ?? 0) + 2)
        }
        return counts
      }
      const after = await found()
      for (const [key, count] of expected(answered)) assert.ok(after.counts.get(key) >= count, `${key} was lost`)

      for (const body of made) {
        const { accepted, duplicates } = await postOk(`${second.api}/api/track`, body)
        assert.equal(accepted + duplicates, EVENTS)
        if (answered.has(body)) assert.equal(duplicates, EVENTS, 'what was acknowledged is known')
      }
      const all = await found()
      assert.deepEqual(all.counts, expected(made))
      assert.equal(all.total, made.length * EVENTS)
    })

    it('ends within 10 s of SIGTERM, with 0, and keeps what it acknowledged', async (t) => {
      const store = await openStore(kind)
      t.after(() => store.close())
      const first = await startServer({ store: store.url })
      t.after(() => first.kill())
      const session = newSession()
      await postOk(`${first.api}/api/track`, numbered(session, newView(), 0))
      const asked = Date.now()
      assert.equal(await first.stop(), 0, first.output())
      assert.ok(Date.now() - asked < 10_000)

      const second = await startServer({ store: store.url, ports: first.ports })
      t.after(() => second.stop())
      assert.equal((await get(`${second.api}/api/analytics/${session}`)).events.length, EVENTS)
    })
  })
}
