// The comparison of shapes sees what a change of the tracker's form would change.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { differences, shapeOf } from '../shape.mjs'

const list = (events, columns = [[0], [5], [-5]]) => [1.7e12, 'a'.repeat(8) + '-aaaa-aaaa-aaaa-' + 'b'.repeat(12), 'c'.repeat(12), 0, 'http://a.test/', 'A shop', 1.7e12, events, ...columns]
const shape = (body) => shapeOf([{ route: 'track', packed: false, bytes: Buffer.from(JSON.stringify(body)) }])

const ROW = ['#pay', 'button', 'pay', '', 'Pay now', [1, 2, 3, 4], 1]
const known = shape(list([[1, 5, [45, 30, 0, ROW]], [7, 9, ['hidden']], [9, 9, [[1, 2, 3, 4, 5, '']]]]))
const found = (body) => differences(known, shape(body))

it('other values are the same shape', () => {
  const other = list([[1, 700, [4, 3, 2, ['#pay', 'button', 'pay', '', 'Pay more', [9, 9, 9, 9], 3]]], [7, 8, ['hidden']], [9, 0, [[2, 2, 2, 2, 2, ''], [3, 3, 3, 3, 3, '']]]], [[1, 2], [3, 4], [-1, -2]])
  assert.deepEqual(found(other), [])
})

it('a field more or less, another kind of value, another word and an event of a new type are differences', () => {
  const events = (...events) => list([...events, [9, 9, [[1, 2, 3, 4, 5, '']]]])
  const [click, hidden] = [[1, 5, [45, 30, 0, ROW]], [7, 9, ['hidden']]]
  assert.deepEqual(found(events(click, hidden)), [])
  const cases = [
    events([1, 5, [45, 30, ROW]], hidden),
    events([1, 5, [45, 30, 0, [...ROW, 1]]], hidden),
    events([1, 5, [45.5, 30, 0, ROW]], hidden),
    events(click, [7, 9, ['gone']]),
    events(click, hidden, [6, 1, ['http://a.test/', null, 'push']]),
    events(click),
    [...list([click, hidden, [9, 9, [[1, 2, 3, 4, 5, '']]]]), []],
  ]
  for (const body of cases) assert.notDeepEqual(found(body), [], JSON.stringify(body))
})
