// Errors over HTTP and at the start: clear, and at no cost to anything else.
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { get, post, postOk } from './lib/api.mjs'
import { batch, newSession, visitPage } from './lib/batches.mjs'
import { fromEnvironment, start } from './lib/process.mjs'
import { BLANK, startServer } from './lib/server.mjs'
import { needs, openStore } from './lib/stores.mjs'
import { waitUntil } from './lib/wait.mjs'

const PAGE = 'http://shop.test/'
const click = (x) => ({ type: 'click', timestamp: Date.now(), data: { x, y: 1 } })

describe('bad input', () => {
  let store, server
  const at = (path) => `${server.api}${path}`

  before(async () => {
    store = await openStore('sqlite')
    server = await startServer({ store: store.url })
  })
  after(async () => {
    await server?.stop()
    await store?.close()
  })

  // What every error looks like, whatever it is about.
  function assertError({ status, body }, expected) {
    assert.equal(status, expected)
    assert.deepEqual(Object.keys(body), ['error'])
    assert.deepEqual(Object.keys(body.error).sort(), ['code', 'message'])
    assert.match(body.error.code, /^[a-z_]+$/)
    assert.ok(body.error.message.length > 0 && !/^[A-Z]/.test(body.error.message), body.error.message)
  }

  for (const [name, body] of [
    ['nothing', ''],
    ['text', 'not json'],
    ['half of a batch', '{"session_id":"session-1","events":[{"type":"cli'],
    ['a list', '[]'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
    ['no session', { events: [] }],
    ['an id that is none', { session_id: '../../etc', events: [] }],
  ]) {
    it(`400 for ${name}`, async () => assertError(await post(at('/api/track'), body), 400))
  }

  it('404 for a path that is none, and for a session that is unknown', async () => {
    for (const path of ['/nothing', '/api', '/api/analytics/unknown-session', '/api/heatmap/unknown-session']) {
      const answer = await fetch(at(path))
      assertError({ status: answer.status, body: await answer.json() }, 404)
    }
    assertError(await post(at('/api/analyze/unknown-session'), ''), 404)
  })

  it('405 with Allow for another method', async () => {
    for (const [method, path, allow] of [
      ['GET', '/api/track', 'POST'],
      ['PUT', '/api/session', 'POST'],
      ['POST', '/api/sessions', 'GET'],
      ['DELETE', '/pulse.js', 'GET'],
    ]) {
      const answer = await fetch(at(path), { method })
      assertError({ status: answer.status, body: await answer.json() }, 405)
      assert.ok(answer.headers.get('allow').split(', ').includes(allow), `${path}: ${answer.headers.get('allow')}`)
    }
  })

  it('413 for a body that is too large', async () => {
    const body = JSON.stringify(batch(newSession(), PAGE, [click(1)], { title: 'x'.repeat(300 * 1024) }))
    assertError(await post(at('/api/track'), body), 413)
  })

  it("403 for another site's page, which may read why", async () => {
    const refused = await post(at('/api/track'), batch(newSession(), PAGE, [click(1)]), { origin: 'https://evil.test' })
    assertError(refused, 403)
    const allowed = await post(at('/api/track'), batch(newSession(), PAGE, [click(1)]), { origin: server.shop })
    assert.equal(allowed.status, 200)
    assert.equal(allowed.headers.get('access-control-allow-origin'), server.shop)
  })

  it('a bad event costs itself alone', async () => {
    const session = newSession()
    const events = [click(1), { type: 'click' }, { type: 'dance', timestamp: Date.now(), data: {} }, 7, click(5)]
    const answer = await postOk(at('/api/track'), batch(session, PAGE, events))
    assert.deepEqual([answer.accepted, answer.rejected.map(({ index }) => index)], [2, [1, 2, 3]])
    const { events: stored } = await get(at(`/api/analytics/${session}`))
    assert.deepEqual(stored.map(({ data }) => data.x), [1, 5])
  })

  it('and afterwards the server is as well as before', async () => {
    const session = await visitPage(server.api, PAGE)
    assert.equal((await get(at(`/api/analytics/${session}`))).summary.rage.length, 1)
    assert.equal((await fetch(at('/readyz'))).status, 200)
  })
})

describe('a start that cannot succeed says why in one line', () => {
  // Runs a server that is to end by itself, within 10 s.
  async function failedStart(t, store, port = 0) {
    const flags = ['--listen', `127.0.0.1:${port}`, '--dashboard-listen', '127.0.0.1:0', '--store', store]
    const asked = Date.now()
    const server = start(fromEnvironment('SERVER_UNDER_TEST'), flags, { env: BLANK })
    t.after(() => server.kill())
    const code = await Promise.race([server.ended, new Promise((resolve) => setTimeout(resolve, 10_000, 'still running').unref())])
    assert.ok(Number.isInteger(code) && code !== 0, `ended with ${code}:\n${server.output()}`)
    assert.ok(Date.now() - asked < 10_000)
    const lines = server.output().trim().split('\n')
    assert.equal(lines.length, 1, server.output())
    assert.match(lines[0], /^pulse-server: /)
    return lines[0]
  }

  it('a port that is taken', async (t) => {
    const store = await openStore('sqlite')
    t.after(() => store.close())
    const owner = createServer()
    await new Promise((resolve) => owner.listen(0, '127.0.0.1', resolve))
    t.after(() => owner.close())
    const { port } = owner.address()
    const line = await failedStart(t, store.url, port)
    assert.ok(line.includes(`127.0.0.1:${port}`) && line.includes('--listen'), line)
  })

  it('a MongoDB that is not there', async (t) => {
    const line = await failedStart(t, 'mongodb://user:example-password@127.0.0.1:9/pulse')
    assert.match(line, /MongoDB/)
    assert.ok(!line.includes('example-password'), 'a password is not repeated')
  })

  it('a store of no kind', async (t) => {
    assert.match(await failedStart(t, 'postgres://127.0.0.1/pulse'), /sqlite:PATH/)
  })
})

describe('a store that goes away', needs('mongodb'), () => {
  it('503 with Retry-After in time, and all is well when it is back', async (t) => {
    const store = await openStore('mongodb')
    t.after(() => store.close())
    const server = await startServer({ store: store.url })
    t.after(() => server.kill())
    const session = newSession()
    const page = batch(session, PAGE, [click(1)])
    await postOk(`${server.api}/api/track`, page)

    store.pause()
    const late = batch(session, PAGE, [click(2)])
    const timed = async (request) => {
      const asked = Date.now()
      const answer = await request()
      return { status: answer.status, retry: answer.headers.get('retry-after'), ms: Date.now() - asked }
    }
    const answers = await Promise.all([
      timed(() => post(`${server.api}/api/track`, late)),
      timed(() => post(`${server.api}/api/session`, { session_id: newSession(), page_url: PAGE })),
      timed(() => fetch(`${server.api}/api/sessions`)),
      timed(() => fetch(`${server.api}/api/analytics/${session}`)),
    ])
    for (const { status, retry, ms } of answers) {
      assert.equal(status, 503)
      assert.ok(Number(retry) >= 1, `Retry-After: ${retry}`)
      assert.ok(ms <= 5_500, `${ms} ms`)
    }
    assert.equal((await fetch(`${server.api}/healthz`)).status, 200, 'the server itself is alive')
    assert.equal((await fetch(`${server.api}/readyz`)).status, 503, 'and takes nothing in')

    store.resume()
    await waitUntil('the store is back', async () => (await fetch(`${server.api}/readyz`)).ok, { within: 15_000, every: 200 })
    // Whether the store took the batch before it hung or takes it now: it has it once.
    const { accepted, duplicates } = await postOk(`${server.api}/api/track`, late)
    assert.equal(accepted + duplicates, 1)
    const { events } = await get(`${server.api}/api/analytics/${session}`)
    assert.deepEqual(events.map(({ data }) => data.x), [1, 2])
  })
})
