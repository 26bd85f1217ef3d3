import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { unlisten } from '../../src/listen.js'
import { moves } from '../../src/moves.js'
import { sums } from '../wire.mjs'
import { START, clock, element, fire, noteView, observables, openPage } from './page.mjs'

let window
let view
let told
let waits

beforeEach(() => {
  window = openPage()
  view = noteView()
  view.alive = () => {
    waits++
  }
  told = []
  waits = 0
})

/** The batch ends `at` a time of the page's clock: what was told of the mouse until then, each as [its time, x]. */
const closeAt = (at) => {
  clock(at)
  return new Promise((done) => {
    view.positions(START, (columns) => {
      const [times, xs, ys] = columns.map((column) => sums(sums(column)))
      assert.ok(times.length === xs.length && xs.length === ys.length)
      told.push(...times.map((time, i) => [time, xs[i]]))
      done(told)
    })
  })
}

const move = (at, points = [[at, at]], { target = window, ...extra } = {}) => {
  clock(at)
  const point = ([timeStamp, pageX]) => ({ timeStamp, pageX, pageY: 1, pointerType: 'mouse', target, ...extra })
  fire(window, 'pointermove', { ...point([at, at]), getCoalescedEvents: () => points.map(point) })
}

const times = () => told.map(([time]) => time)
const xs = () => told.map(([, x]) => x)

// With observables and without: the browser gathers the events itself, or calls for each.
for (const [how, open] of [['gathered', observables], ['told one by one', () => {}]]) {
  const each = (name, run) =>
    test(`${how}: ${name}`, async () => {
      open(window)
      // An element's id is a name of the window, too.
      Object.defineProperty(window, 'when', { value: {} })
      moves(view)
      await run()
    })

  each('at 60 frames a second every third position is taken, also when frames jitter', async () => {
    for (let i = 0; i < 600; i++) move(1000 + (i * 1000) / 60 + (i % 2 ? 3 : -3))
    await closeAt(11_000)
    assert.ok(told.length >= 190 && told.length <= 201, `${told.length} in 10 s`)
    times().reduce((before, time) => assert.ok(time - before >= 33, 'never two close together') ?? time)
    assert.equal(waits, 1, 'the batch is begun once')
  })

  for (const [by, step] of [['frames', 16], ['moves', 1]]) {
    each(`a mouse that reports a thousand times a second is sampled twenty times, by ${by}`, async () => {
      for (let at = 1000; at < 11_000; at += step) move(at + step - 1, Array.from({ length: step }, (_, i) => [at + i, at + i]))
      await closeAt(11_000)
      assert.ok(told.length >= 199 && told.length <= 202, `${told.length} in 10 s`)
    })
  }

  each('positions that a busy page held up keep their own times', async () => {
    move(1000)
    move(1400, [[1016, 1], [1100, 2], [1110, 3], [1200, 4], [1400, 5]])
    await closeAt(1401)
    assert.deepEqual(told, [[1000, 1000], [1100, 2], [1200, 4], [1400, 5]])
  })

  each('the place of rest is told with its own time: before the next move, or with the next batch', async () => {
    for (const at of [1000, 1010, 1500, 1510]) move(at)
    await closeAt(1520)
    assert.deepEqual(told, [[1000, 1000], [1036, 1010], [1500, 1500]], 'it may still be moving')
    assert.equal(waits, 2, 'so there is another batch')
    await closeAt(1600)
    assert.deepEqual(told.at(-1), [1536, 1510])
    await closeAt(3600)
    assert.deepEqual([told.length, waits], [4, 2], 'and then none')
  })

  each('wherever a mouse stops, its place of rest is exact, and a move that goes on over two batches is sampled evenly', async () => {
    for (let frames = 1; frames <= 12; frames++) {
      const start = 1000 + frames * 1000
      const half = Math.floor(frames / 2)
      for (let i = 0; i < half; i++) move(start + i * 16.7)
      await closeAt(start + half * 16.7)
      for (let i = half; i < frames; i++) move(start + i * 16.7)
      await closeAt(start + 900)
      assert.equal(told.at(-1)[1], Math.round(start + (frames - 1) * 16.7), `${frames} frames`)
    }
    times().reduce((before, time) => assert.ok(time - before >= 33, 'never two close together') ?? time)
  })

  each('a browser that says nothing of held-up positions, and what a page makes up itself', async () => {
    for (const at of [1000, 1100]) move(at, [])
    fire(window, 'pointermove', { timeStamp: 1200 })
    await closeAt(1300)
    assert.deepEqual(told, [[1000, 1000], [1100, 1100]])
  })

  each('what is to be ignored is no place, nor one of rest', async () => {
    const secret = element('p', { 'data-pulse-ignore': '1' })
    move(1000)
    move(1010, [[1010, 1010]], { target: secret })
    move(1200, [[1200, 1200]], { target: secret })
    await closeAt(2000)
    assert.deepEqual(xs(), [1000])
  })

  each('a finger that moves is not a mouse', async () => {
    move(1000, [[1000, 1]], { pointerType: 'touch' })
    await closeAt(1100)
    assert.deepEqual(told, [])
  })

  each('the first move of each batch is told of, and none after the end', async () => {
    for (const at of [1000, 1100]) move(at)
    await closeAt(1200)
    assert.equal(waits, 1)
    for (const at of [2000, 2100]) move(at)
    assert.equal(waits, 2)
    unlisten()
    move(3000)
    assert.equal(waits, 2)
  })

  each('a session that has been idle is renewed by the first move, and the old one does not get it', async () => {
    let ended
    view.alive = () => {
      waits++
      ended = closeAt(1000)
      unlisten()
      view.alive = () => waits++
      moves(view)
    }
    move(1000)
    assert.deepEqual([waits, await ended], [1, []])
    move(1100)
    await closeAt(2000)
    assert.deepEqual([waits, told], [2, [[1100, 1100]]])
  })

  each('a page that breaks what positions are read with costs these alone', async () => {
    move(1000)
    move(1100, [[1100, 1100]], { target: { closest: () => { throw new Error('the page') } } })
    await closeAt(2000)
    assert.deepEqual(xs(), [1000])
  })
}
