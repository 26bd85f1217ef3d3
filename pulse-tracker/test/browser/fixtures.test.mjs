// The recorded bodies, with which benchmarks and fault tests send what the tracker sends.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { differences, shapeOf } from '../shape.mjs'
import { read, visit } from './visit.mjs'

const TYPES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]

describe('fixtures', () => {
  it('have every event, deflated and, from a page that goes, as it is', async () => {
    const { bodies } = await read()
    const shape = shapeOf(bodies)
    assert.deepEqual([...shape.get('type')].sort((a, b) => a - b), TYPES)
    assert.ok(shape.get('track').has('deflated') && shape.get('track').has('as it is'))
    assert.ok(shape.has('times each'), 'and positions of the mouse')
  })

  it('are what the tracker sends today; if it should send something else, run `npm run fixtures`', async () => {
    const [known, found] = [await read(), await visit()]
    assert.deepEqual(differences(shapeOf(known.bodies), shapeOf(found.bodies)), [])
    // Other headers differ from browser to browser.
    const content = ({ headers }) => headers.filter(([name]) => /^content-/i.test(name))
    assert.deepEqual(content(found), content(known))
  })
})
