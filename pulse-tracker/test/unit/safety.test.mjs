import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { guard } from '../../src/guard.js'
import { listen, onEnd, unlisten } from '../../src/listen.js'
import { permitted } from '../../src/permitted.js'
import { local } from '../../src/storage.js'
import { openSession, keepSession, IDLE_MS } from '../../src/session.js'
import { visitor } from '../../src/visitor.js'
import { START, fire, openPage, pass } from './page.mjs'

let window
beforeEach(() => {
  window = openPage()
})

test('an error of ours is swallowed, and each tenth ends all listening', () => {
  let ends = 0
  onEnd(() => ends++)
  const failing = guard(() => { throw new Error('ours') })
  const fail = (times) => {
    for (let i = 0; i < times; i++) assert.equal(failing(), undefined)
  }
  fail(9)
  assert.equal(ends, 0)
  fail(10)
  assert.equal(ends, 1)
  onEnd(() => ends++)
  fail(1)
  assert.equal(ends, 2)
})

test('a guarded function answers as it did', () => {
  assert.equal(guard((a, b) => a + b)(1, 2), 3)
})

test('listeners hear each type until the end, before the page and passively', () => {
  const heard = []
  const options = []
  const add = window.addEventListener.bind(window)
  window.addEventListener = (type, fn, how) => {
    options.push(how)
    add(type, fn, how)
  }
  listen('a b', ({ type }) => heard.push(type))
  onEnd(() => heard.push('end'))
  fire(window, 'a')
  fire(window, 'b')
  unlisten()
  fire(window, 'a')
  unlisten()
  assert.deepEqual(heard, ['a', 'b', 'end'])
  assert.deepEqual(options.map(({ capture, passive }) => [capture, passive]), [[true, true], [true, true]])
})

test('denied storage reads as empty and throws nothing', () => {
  openPage({ denied: true })
  local.write('a', 1)
  local.erase('a')
  assert.equal(local.read('a'), undefined)
  assert.deepEqual(local.names(), [])
  assert.equal(visitor(), undefined)
  assert.ok(!openSession())
})

test('a session is kept over page loads and ends after 30 idle minutes', () => {
  assert.ok(!openSession())
  keepSession('one', START)
  assert.equal(openSession(), 'one')
  keepSession('one', START - IDLE_MS + 1)
  assert.equal(openSession(), 'one')
  keepSession('one', START - IDLE_MS)
  assert.ok(!openSession())
})

test('a visitor keeps the id', () => {
  const id = visitor()
  assert.match(id, /^[\da-f-]{36}$/)
  assert.equal(visitor(), id)
})

test('privacy signals and an opt-out forbid recording; the site may overrule the signals alone', () => {
  assert.equal(permitted({}), true)
  for (const signal of [{ globalPrivacyControl: true }, { doNotTrack: '1' }]) {
    globalThis.navigator = signal
    assert.equal(permitted({}), false)
    assert.equal(permitted({ privacySignals: 'off' }), true)
  }
  for (const none of [{ globalPrivacyControl: false }, { doNotTrack: '0' }, { doNotTrack: null }, { doNotTrack: 'unspecified' }]) {
    globalThis.navigator = none
    assert.equal(permitted({}), true)
  }
  local.write('pulse.off', 1)
  assert.equal(permitted({ privacySignals: 'off' }), false)
})
