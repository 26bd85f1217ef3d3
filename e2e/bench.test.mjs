// The benchmark of the dashboard still finds its way through it: every figure is there, and the maps it times are pictures.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { visitPage } from './lib/batches.mjs'
import { startServer } from './lib/server.mjs'
import { openStore } from './lib/stores.mjs'

const SCRIPT = new URL('./bench/dashboard.mjs', import.meta.url).pathname

describe('the benchmark of the dashboard', () => {
  let store, server
  before(async () => {
    store = await openStore('sqlite')
    server = await startServer({ store: store.url })
  })
  after(async () => {
    await server?.stop()
    await store?.close()
  })

  it('opens the list, a page and a session, and tells what they took', async () => {
    let session
    for (let n = 0; n < 3; n++) session = await visitPage(server.api, 'http://shop.test/product/aero-lamp', { ago: 60_000 })
    const settings = { url: server.dashboard + '/', page: '/product/', session, rounds: 1, rows: 500, idle_ms: 4000 }
    const { stdout } = await promisify(execFile)('node', [SCRIPT, JSON.stringify(settings)])
    const [round, ...more] = stdout.trim().split('\n').map((line) => JSON.parse(line))
    assert.deepEqual(more, [])
    for (const { ms, requests } of [round.home, round.list, round.page, round.session]) {
      assert.ok(ms > 0 && requests.length > 0, JSON.stringify(round))
      for (const { path, status, bytes } of requests) assert.ok(path.startsWith('/api/') && [200, 304].includes(status) && bytes > 0, JSON.stringify(requests))
    }
    assert.ok(round.session.requests.some(({ path }) => path.includes(session)), 'what was asked for is the session')
    for (const frames of [round.page.hover, round.session.hover, round.session.scrub]) assert.ok(frames.per_second > 0)
    const { ms, heatmap_js } = round.session.drawing
    assert.ok(ms > 0)
    assert.deepEqual(heatmap_js.map(({ radius }) => radius), [10, 40])
    for (const peer of heatmap_js) assert.ok(peer.ms > 0 && peer.points > 0, JSON.stringify(peer))
    assert.equal(round.idle.rows, 3)
  })
})
