import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { errors } from '../../src/errors.js'
import { keys } from '../../src/keys.js'
import { unlisten } from '../../src/listen.js'
import { navigation } from '../../src/navigation.js'
import { rageClicks } from '../../src/rageClicks.js'
import { scroll } from '../../src/scroll.js'
import { START, element, fire, noteView, openPage, pass, resizes } from './page.mjs'

let window
let view
beforeEach(() => {
  window = openPage()
  view = noteView()
})

/** An element, as it travels. */
const ROW = ['#go', 'button', null, null, null, [0, 0, 1, 1], 0]

const all = (type) => view.records.filter((record) => record.type === type)

/** Clicks as [ms, x, y?] from the start, then the quiet. */
const rage = async (...clicks) => {
  const add = rageClicks(view)
  for (const [ms, x, y = 0] of clicks) add({ x, y, time: START + ms, element: ROW })
  await pass(1000)
  return all('rage_click').map(({ data, time }) => [time - START, data.count, data.span_ms, data.x])
}

test('a burst is one hint, when it is over', async () => {
  const add = rageClicks(view)
  for (let i = 0; i < 12; i++) add({ x: i, y: 0, time: START + i * 100, element: ROW })
  await pass(999)
  assert.equal(all('rage_click').length, 0)
  await pass(1)
  assert.deepEqual(all('rage_click').map(({ data }) => [data.count, data.span_ms, data.x]), [[12, 1100, 6]])
})

test('three clicks within a second make a burst, inclusive; slower or two do not', async () => {
  assert.deepEqual(await rage([0, 0], [500, 0], [1000, 0]), [[0, 3, 1000, 0]])
  view.records.length = 0
  assert.deepEqual(await rage([0, 0], [500, 0], [1001, 0]), [])
  assert.deepEqual(await rage([0, 0], [10, 0]), [])
})

test('each click must be near the first, so that a burst cannot wander', async () => {
  assert.deepEqual(await rage([0, 0], [100, 50], [200, 50]), [[0, 3, 200, 50]])
  view.records.length = 0
  assert.deepEqual(await rage([0, 0], [100, 40], [200, 80]), [])
})

test('a click further away begins the next run, and a run that was no burst is searched on from its second click', async () => {
  assert.deepEqual(await rage([0, 0], [100, 0], [200, 0], [300, 200], [400, 200], [500, 200]), [[0, 3, 200, 0], [300, 3, 200, 200]])
  view.records.length = 0
  assert.deepEqual(await rage([0, 0], [100, 40], [200, 80], [300, 80]), [[100, 3, 200, 80]])
})

test('a burst is told at once when the page goes', () => {
  const add = rageClicks(view)
  for (const ms of [0, 10, 20]) add({ x: 0, y: 0, time: START + ms, element: ROW })
  view.settle()
  assert.equal(all('rage_click').length, 1)
})

/** A box of 500 px that holds 2,000. */
const box = () => ({ scrollTop: 0, clientHeight: 500, scrollHeight: 2000 })

/** Positions of `box`, one every `step` ms, each seen after the browser's own layout. */
const scrollTo = async (box, step, ...positions) => {
  for (const y of positions) {
    box.scrollTop = y
    fire(window, 'scroll', { target: box === page ? document : box, composedPath: () => [box] })
    resizes()
    await pass(step)
  }
}
const told = () => all('scroll').map(({ data }) => [data.y, data.direction, data.turned ?? false])

let page
const openScroll = () => {
  page = document.scrollingElement = box()
  scroll(view)
  resizes()
}

test('scrolling is told at most every 150 ms, and where it rests', async () => {
  openScroll()
  await scrollTo(page, 16, ...Array.from({ length: 30 }, (_, i) => (i + 1) * 10))
  await pass(150)
  assert.deepEqual(told(), [[10, 'down', false], [110, 'down', false], [210, 'down', false], [300, 'down', false]])
  assert.deepEqual(all('scroll').map(({ data }) => data.depth), [26, 31, 36, 40])
})

test('each turn is told, with the turning point before it', async () => {
  openScroll()
  await scrollTo(page, 16, 100, 200, 150, 120, 300)
  await pass(150)
  assert.deepEqual(told(), [
    [100, 'down', false],
    [200, 'down', false],
    [150, 'up', true],
    [120, 'up', false],
    [300, 'down', true],
  ])
})

test('a box in the page is told apart from it, with depth and turns of its own', async () => {
  openScroll()
  const list = { ...box(), ...element('ul', { id: 'list' }), scrollHeight: 1000 }
  await scrollTo(page, 200, 100)
  await scrollTo(list, 200, 250, 100)
  await scrollTo(page, 200, 200)
  assert.deepEqual(all('scroll').map(({ data }) => [data.element, data.depth, data.direction, data.turned ?? false]), [
    [undefined, 30, 'down', false],
    ['#list', 75, 'down', false],
    ['#list', 60, 'up', true],
    [undefined, 35, 'down', false],
  ])
})

test('where the page stands at first, it did not scroll to', async () => {
  page = document.scrollingElement = { ...box(), scrollTop: 700 }
  scroll(view)
  resizes()
  await scrollTo(page, 200, 700, 600)
  assert.deepEqual(told(), [[600, 'up', false]])
})

const press = async (type, code, target, extra = {}) => {
  const getModifierState = (key) => key === 'Shift'
  fire(window, type, { code, key: code, repeat: false, composedPath: () => [target], getModifierState, ...extra })
  await pass(30)
}

test('keys are rhythm alone: intervals, holds, kind of field', async () => {
  keys(view)
  const field = { type: 'password', localName: 'input' }
  for (const code of ['KeyS', 'KeyE']) {
    await press('keydown', code, field)
    await press('keydown', code, field, { repeat: true })
    await press('keyup', code, field)
  }
  assert.deepEqual(all('keypress').map(({ data, time }) => ({ ...data, at: time - START })), [
    { interval_ms: null, hold_ms: 60, field: 'password', at: 0 },
    { interval_ms: 90, hold_ms: 60, field: 'password', at: 90 },
  ])
  assert.ok(!/Key|KeyS/.test(JSON.stringify(view.records.map(({ data }) => data))))
})

test('keys that overlap keep their own holds; modifiers are no presses', async () => {
  keys(view)
  const field = { type: 'select-one' }
  await press('keydown', 'Shift', field)
  await press('keydown', 'KeyA', field)
  await press('keydown', 'KeyB', field)
  await press('keyup', 'KeyA', field)
  await press('keyup', 'Shift', field)
  await press('keyup', 'KeyB', field)
  assert.deepEqual(all('keypress').map(({ data }) => [data.interval_ms, data.hold_ms, data.field]), [
    [null, 60, 'select'],
    [30, 90, 'select'],
  ])
})

test('another field begins another rhythm, and a key still held when the page goes is told', async () => {
  keys(view)
  await press('keydown', 'KeyA', { type: 'text' })
  await press('keydown', 'KeyB', {})
  view.settle()
  await press('keyup', 'KeyA', {})
  assert.deepEqual(all('keypress').map(({ data }) => data), [
    { interval_ms: null, hold_ms: null, field: 'text' },
    { interval_ms: null, hold_ms: null, field: 'page' },
  ])
})

test('errors are told by name, cut and masked; failing pictures and endless loops are not', () => {
  errors(view)
  const error = new TypeError('x'.repeat(300))
  fire(window, 'error', { error, message: 'Uncaught' })
  fire(window, 'error', { error: null, message: 'Script error.' })
  fire(window, 'error')
  fire(window, 'unhandledrejection', { reason: new RangeError('at https://a.example/?token=abc') })
  fire(window, 'unhandledrejection', { reason: 'no' })
  fire(window, 'unhandledrejection', { reason: undefined })
  const found = all('error').map(({ data }) => [data.name, data.message])
  assert.deepEqual(found[0], ['TypeError', 'x'.repeat(128)])
  assert.deepEqual(found.slice(1), [
    ['Error', 'Script error.'],
    ['RangeError', 'at https://a.example/?token=***'],
    ['Error', 'no'],
    ['Error', 'undefined'],
  ])
  for (let i = 0; i < 200; i++) fire(window, 'error', { error, message: 'again' })
  assert.equal(all('error').length, 50)
})

test('the history API is watched and given back, also where an element is called navigation', () => {
  window.navigation = new EventTarget()
  const { pushState, replaceState } = history
  navigation(view)
  const go = (how, href) => {
    location.href = href
    how()
  }
  go(() => history.pushState(), 'https://shop.example/a')
  go(() => history.replaceState(), 'https://shop.example/b')
  go(() => history.replaceState(), 'https://shop.example/b')
  go(() => fire(window, 'popstate'), 'https://shop.example/b#c')
  go(() => fire(window, 'hashchange'), 'https://shop.example/b#c')
  go(() => fire(window, 'popstate'), 'https://shop.example/')
  go(() => history.pushState(), 'https://shop.example/#d')
  assert.deepEqual(view.records.map(({ kind }) => kind), ['push', 'replace', 'hash', 'pop', 'hash'])
  unlisten()
  assert.equal(history.pushState, pushState)
  assert.equal(history.replaceState, replaceState)
})

test('the Navigation API tells of all changes, and the history API is left alone', () => {
  const { pushState } = history
  window.navigation = Object.assign(new EventTarget(), { currentEntry: {} })
  navigation(view)
  assert.equal(history.pushState, pushState)
  for (const [navigationType, href] of [['push', '/a'], ['replace', '/b'], ['traverse', '/'], ['push', '/#c'], [null, '/#c']]) {
    location.href = 'https://shop.example' + href
    fire(window.navigation, 'currententrychange', { navigationType })
  }
  assert.deepEqual(view.records.map(({ kind }) => kind), ['push', 'replace', 'traverse', 'hash'])
  unlisten()
  location.href = 'https://shop.example/z'
  fire(window.navigation, 'currententrychange', { navigationType: 'push' })
  assert.equal(view.records.length, 4)
})
