import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { backoff } from '../../src/backoff.js'
import { CLICK, CUSTOM, KEYPRESS, SCROLL, VIEWPORT, VISIBILITY } from '../../src/eventTypes.js'
import { keys } from '../../src/keys.js'
import { outbox } from '../../src/outbox.js'
import { recorder } from '../../src/recorder.js'
import { IDLE_MS } from '../../src/session.js'
import { readTrack, textOf } from '../wire.mjs'
import { START, element, fire, openPage, pass } from './page.mjs'

let window
let sent
let answer
beforeEach(() => {
  window = openPage()
  sent = []
  answer = () => ({ status: 200, headers: new Headers() })
  globalThis.fetch = async (url, options) => {
    sent.push({ url, options, message: JSON.parse(options.body) })
    return answer()
  }
})

const kept = () => Object.keys(window.localStorage)
const status = (code, headers) => () => ({ status: code, headers: new Headers(headers) })

test('a batch is sent as plain text without cookies, and is then forgotten', async () => {
  const box = outbox('https://pulse.example/api')
  await pass(500)
  box.put('track', [1])
  await pass(0)
  const [{ url, options, message }] = sent
  assert.equal(url, 'https://pulse.example/api/track')
  assert.deepEqual([options.method, options.keepalive, options.credentials], ['POST', true, 'omit'])
  assert.deepEqual(options.headers, { 'content-type': 'text/plain' })
  assert.deepEqual(message, [START + 500, 1], 'the time of this try comes first')
  assert.deepEqual(kept(), [])
})

test('500, 408 and a lost connection are tried again with the same content, in order, and kept in storage meanwhile', async () => {
  const answers = [status(500), status(408), () => { throw new TypeError('network') }]
  answer = () => (answers.shift() ?? status(200))()
  const box = outbox('/api')
  box.put('track', [0])
  box.put('track', [1])
  await pass(0)
  assert.equal(kept().length, 2)
  box.put('track', [2])
  assert.equal(kept().length, 3)
  assert.equal(sent.length, 1, 'nothing is sent while a failure is waited out')
  for (let i = 0; i < 20; i++) await pass(1000)
  assert.deepEqual(sent.map(({ message }) => message[1]), [0, 0, 0, 0, 1, 2])
  assert.deepEqual(kept(), [])
})

test('other refusals are final', async () => {
  for (const code of [400, 403, 404, 413]) {
    sent = []
    answer = status(code)
    const box = outbox('/api')
    box.put('track', [0])
    for (let i = 0; i < 40; i++) await pass(1000)
    assert.equal(sent.length, 1, `${code}`)
    assert.deepEqual(kept(), [])
  }
})

test('the server says how long to wait', async () => {
  answer = status(429, { 'retry-after': '120' })
  const box = outbox('/api')
  box.put('track', [0])
  await pass(119_999)
  assert.equal(sent.length, 1)
  await pass(1)
  assert.equal(sent.length, 2)
})

test('what was not answered for is delivered by the next page with the same content', async () => {
  globalThis.fetch = (url, { body }) => {
    sent.push(JSON.parse(body))
    return new Promise(() => {})
  }
  const box = outbox('/api')
  for (const seq of [0, 1, 2, 3]) box.put('track', ['s', 'v', seq])
  await pass(0)
  assert.deepEqual(sent.map((message) => message[3]), [0], 'one after the other')
  box.leave()
  assert.deepEqual(sent.map((message) => message[3]), [0, 1, 2, 3], 'the newest that a browser takes at once')
  assert.equal(kept().length, 4)
  sent = []
  globalThis.fetch = async (url, { body }) => {
    sent.push(JSON.parse(body))
    return status(200)()
  }
  outbox('/api').resume()
  for (let i = 0; i < 5; i++) await pass(0)
  assert.deepEqual(sent.map(([, ...message]) => message), [0, 1, 2, 3].map((seq) => ['s', 'v', seq]))
  assert.deepEqual(kept(), [])
})

test('at most 1 MiB waits, the oldest goes first', async () => {
  answer = status(503)
  const box = outbox('/api')
  for (let seq = 0; seq < 100; seq++) box.put('track', [seq, 'x'.repeat(20_000)])
  box.leave()
  await pass(0)
  const bodies = kept().map((key) => JSON.parse(window.localStorage[key])[0])
  assert.ok(JSON.stringify(window.localStorage).length * 2 < 1.05 * 1024 * 1024)
  assert.deepEqual([Math.min(...bodies), Math.max(...bodies)], [74, 99])
})

test('full or denied storage does not stop the delivery', async () => {
  openPage({ denied: true })
  const answers = [status(500)]
  answer = () => (answers.shift() ?? status(200))()
  const box = outbox('/api')
  box.resume()
  box.put('track', [0])
  for (let i = 0; i < 5; i++) await pass(1000)
  assert.deepEqual(sent.map(({ message }) => message[1]), [0, 0])
})

test('an opt-out forgets everything', () => {
  globalThis.fetch = () => new Promise(() => {})
  const box = outbox('/api')
  box.put('track', [0])
  box.leave()
  box.forget()
  assert.deepEqual(kept(), [])
  window.localStorage['pulse.off'] = 1
  box.put('track', [1])
  box.leave()
  assert.deepEqual(kept(), ['pulse.off'], 'and takes nothing more')
})

test('what is being packed is neither sent after an opt-out, nor once more when it has left with the page', async (t) => {
  window.CompressionStream = CompressionStream
  // Packing takes real time, whatever the clock of the test says.
  const { mock } = t.mock.method(Response.prototype, 'arrayBuffer')
  const packed = async () => {
    await Promise.all(mock.calls.map(({ result }) => result))
    await pass(0)
  }
  const box = outbox('/api')
  globalThis.fetch = async (url, { body }) => {
    sent.push(body)
    return new Promise(() => {})
  }
  box.put('track', [0])
  box.forget()
  await packed()
  assert.deepEqual(sent, [])
  box.put('track', [1])
  box.leave()
  await packed()
  assert.deepEqual(sent.map((body) => JSON.parse(body)[1]), [1], 'once, and as text')
  const next = outbox('/api')
  next.put('track', [2])
  await packed()
  assert.equal(JSON.parse(textOf(Buffer.from(sent[1])))[1], 2)
})

test('the wait doubles, up to 32 s, and is all jitter', () => {
  for (const [failures, most] of [[1, 2000], [2, 4000], [4, 16_000], [5, 32_000], [50, 32_000]]) {
    const waits = Array.from({ length: 300 }, () => backoff(failures))
    assert.ok(Math.max(...waits) <= most && Math.max(...waits) > most * 0.8)
    assert.ok(Math.min(...waits) < most * 0.2)
  }
})

/** A recorder into a list of batches. */
const record = (renew = () => {}) => {
  const batches = []
  const log = []
  const box = {
    put: (route, message) => batches.push({ route, message, ...readTrack(JSON.stringify([Date.now(), ...message])) }),
    leave: () => log.push('leave'),
  }
  const view = recorder(box, () => renew(view))
  view.positions = (start, use) => use([[], [], []])
  view.begin('session-1', null)
  return { view, batches, log }
}

/** A click at `x`. */
const click = (view, x, time) => view.record(CLICK, [x, 0, 0, ['p', 'button', null, null, null, [0, 0, 1, 1], 0]], time)

test('events are batched every 2 s, numbered within the view', async () => {
  const { view, batches } = record()
  view.navigate('load')
  await pass(1999)
  assert.deepEqual(batches, [])
  await pass(1)
  click(view, 1)
  await pass(2000)
  await pass(10_000)
  assert.deepEqual(batches.map(({ route, session_id, seq, page_url, title }) => ({ route, session_id, seq, page_url, title })), [
    { route: 'track', session_id: 'session-1', seq: 0, page_url: 'https://shop.example/', title: 'Shop' },
    { route: 'track', session_id: 'session-1', seq: 1, page_url: 'https://shop.example/', title: 'Shop' },
  ])
  const [{ type, timestamp, data }] = batches[0].events
  assert.deepEqual([type, timestamp, data], ['navigation', START, { url: 'https://shop.example/', from: null, kind: 'load' }])
  assert.equal(batches[0].view_id, batches[1].view_id)
  assert.match(batches[0].view_id, /^[\w-]{8,64}$/)
})

test('positions come with the batch that they were gathered for, later than it ended, and make one by themselves', async () => {
  const asked = []
  const { view, batches } = record()
  view.positions = (start, use) => asked.push([start - START, use])
  view.navigate('load')
  click(view, 90, START + 7)
  location.href = 'https://shop.example/cart'
  view.navigate('push')
  await pass(2000)
  view.alive()
  await pass(2000)
  await pass(10_000)
  assert.deepEqual([asked.map(([start]) => start), batches], [[0, 0, 2000], []])
  for (const [, use] of asked) use([[10], [100], [50]])
  assert.deepEqual(batches.map(({ seq, page_url, events }) => [seq, page_url, events.map(({ type, timestamp }) => [type, timestamp - START])]), [
    [0, 'https://shop.example/', [['navigation', 0], ['click', 7], ['mousemove', 10]]],
    [1, 'https://shop.example/cart', [['navigation', 0], ['mousemove', 10]]],
    [2, 'https://shop.example/cart', [['mousemove', 2010]]],
  ])
})

test('what is left is kept and sent when its positions are there', () => {
  const { view, log } = record()
  let there
  view.positions = (start, use) => (there = use)
  click(view, 1)
  view.leave(true)
  assert.deepEqual(log, [])
  there([[], [], []])
  assert.deepEqual(log, ['leave'])
})

test('a batch never spans two addresses', async () => {
  const { view, batches } = record()
  view.navigate('load')
  click(view, 1)
  location.href = 'https://shop.example/cart?token=abc'
  view.navigate('push')
  click(view, 2)
  await pass(2000)
  assert.deepEqual(batches.map(({ page_url, events }) => [page_url, events.map(({ data }) => data.x ?? data.kind)]), [
    ['https://shop.example/', ['load', 1]],
    ['https://shop.example/cart?token=***', ['push', 2]],
  ])
  assert.equal(batches[1].events[0].data.from, 'https://shop.example/')
})

test('a large batch is split so that each stays below 60 KiB, and what fits into none is left out', async () => {
  const { view, batches } = record()
  for (let i = 0; i < 300; i++) view.record(CUSTOM, ['漢'.repeat(400), { i }])
  view.record(CUSTOM, ['漢'.repeat(30_000), { i: -1 }])
  await pass(2000)
  assert.ok(batches.length > 1)
  for (const { message } of batches) assert.ok(Buffer.byteLength(JSON.stringify(message)) < 60 * 1024)
  assert.deepEqual(batches.flatMap(({ events }) => events.map(({ data }) => data.props.i)), Array.from({ length: 300 }, (_, i) => i))
  assert.deepEqual(batches.map(({ seq }) => seq), batches.map((_, i) => i))
})

test('what observers hold back is told before the page goes, and the unload last', () => {
  const { view, batches, log } = record()
  view.onSettle(() => view.record(KEYPRESS, [null, null, 'page']))
  view.later(() => view.record(SCROLL, [1, 2]), 1000)()
  view.onClose(() => view.record(CUSTOM, ['last']))
  view.leave(true)
  assert.deepEqual(log, ['leave'])
  assert.deepEqual(batches[0].events.map(({ type, data }) => data.kind ?? type), ['keypress', 'scroll', 'unload', 'custom'])
  view.record(VISIBILITY, ['hidden'])
  view.leave()
  assert.equal(batches.length, 1, 'nothing comes after the unload')
})

test('an idle session is renewed before the next event of the visitor, not by what happens alone', async () => {
  let renewed = 0
  const { view } = record((view) => {
    renewed++
    view.drop()
    view.begin('session-2', null)
  })
  click(view, 1)
  await pass(IDLE_MS)
  view.record(VIEWPORT, [1, 2, 3, 4, 5])
  view.record(CUSTOM, ['poll'])
  assert.equal(renewed, 0)
  await pass(1)
  view.record(CUSTOM, ['poll'])
  assert.equal(renewed, 0)
  click(view, 1)
  click(view, 1)
  assert.equal(renewed, 1)
  await pass(IDLE_MS + 1)
  view.alive()
  assert.equal(renewed, 2, 'a mouse that moves, too')
})

test('a key that was held over an idle session renews it once, and is told once', async () => {
  let renewed = 0
  const { view, batches } = record((view) => {
    renewed++
    view.leave()
    view.drop()
    view.begin('session-2', null)
  })
  keys(view)
  const press = (type) => fire(window, type, { code: 'Space', key: ' ', type, getModifierState: () => false, composedPath: () => [element('body')] })
  press('keydown')
  await pass(IDLE_MS + 1)
  press('keyup')
  await pass(2000)
  const told = batches.flatMap(({ events }) => events.filter(({ type }) => type === 'keypress'))
  assert.deepEqual([renewed, told.length], [1, 1])
})
