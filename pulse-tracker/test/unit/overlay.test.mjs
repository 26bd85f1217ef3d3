import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeBadges } from '../../src/overlay/badges.js'
import { cut } from '../../src/overlay/clip.js'
import { STEPS, stepOf } from '../../src/overlay/layers.js'
import { isNamed, stepsOf } from '../../src/overlay/steps.js'
import { caution, percent, span, visits } from '../../src/overlay/words.js'

test('a path is taken apart at its joints, and not within quotes', () => {
  const path = '[data-testid="a > \\"b\\""]>li:nth-of-type(2)>my-card>>>#pay>button[role="tab"]'
  const steps = stepsOf(path)
  assert.deepEqual(steps.map(({ joint }) => joint), ['', '>', '>', '>>>', '>'])
  assert.deepEqual(steps.map(({ selector }) => selector), ['[data-testid="a > \\"b\\""]', 'li:nth-of-type(2)', 'my-card', '#pay', 'button[role="tab"]'])
  assert.equal(steps.map(({ joint, selector }) => joint + selector).join(''), path)
  assert.deepEqual(['#pay', '[data-testid="x"]', 'a', 'div[role="tab"]'].map(isNamed), [true, true, false, false])
  assert.deepEqual(stepsOf(''), [])
})

test('figures keep apart, the most important one has its corner, and none leaves the window', () => {
  const window = { width: 400, height: 300 }
  const box = (left, top, width, height) => ({ rect: { left, top, right: left + width, bottom: top + height }, count: '1,234', share: '34 %' })
  const boxes = [box(100, 100, 120, 40), box(100, 100, 120, 40), box(-20, -20, 60, 40), box(390, 280, 60, 60), ...Array.from({ length: 60 }, () => box(100, 100, 120, 40))]
  const places = placeBadges(boxes, window)
  assert.deepEqual({ ...places[0] }, { x: 220 - places[0].width, y: 91, width: places[0].width, height: 18 })
  const seen = places.filter(Boolean)
  assert.ok(seen.length < boxes.length && seen.length >= 4, `${seen.length}`)
  assert.deepEqual(placeBadges([box(100, 100, 140, 10), box(100, 100, 140, 10)], window).map((place) => !!place.isShort), [false, true])
  for (const [i, a] of seen.entries()) {
    assert.ok(a.x >= 0 && a.y >= 0 && a.x + a.width <= 400 && a.y + a.height <= 300, JSON.stringify(a))
    for (const b of seen.slice(0, i)) assert.ok(a.x >= b.x + b.width || b.x >= a.x + a.width || a.y >= b.y + b.height || b.y >= a.y + a.height)
  }
})

test('what lies outside of a box that scrolls is cut off', () => {
  const rect = { left: 0, top: 0, right: 100, bottom: 100 }
  assert.deepEqual(cut(rect, []), { ...rect, isEmpty: false })
  assert.deepEqual(cut(rect, [{ left: 10, top: 20, right: 50, bottom: 500 }]), { left: 10, top: 20, right: 50, bottom: 100, isEmpty: false })
  assert.ok(cut(rect, [{ left: 0, top: 100, right: 100, bottom: 200 }]).isEmpty)
})

test('density has six steps: the most is the strongest, and the least can be seen', () => {
  assert.deepEqual([stepOf(50, 50), stepOf(1, 1_000_000), stepOf(0, 0), stepOf(9, 3)], [5, 0, 0, 5])
  assert.ok(stepOf(10, 50) < stepOf(40, 50) && STEPS.length === 6)
})

test('words', () => {
  assert.deepEqual([[1, 3], [3, 3], [1, 1000], [0, 5], [1, 0], [7, 5]].map(percent), ['33 %', '100 %', '<1 %', '', '', '100 %'])
  assert.deepEqual([visits(1), visits(0)], ['1 visit', '0 visits'])
  const whole = { sessions: 30, elements_whole: true }
  assert.equal(caution(whole), '')
  assert.match(caution({ ...whole, sessions: 29 }), /^Few visits/)
  assert.match(caution({ ...whole, partial: true, elements_whole: false }), /still being counted.* left out\.$/)
  assert.equal(span({}), 'all visits so far')
  assert.match(span({ from: Date.UTC(2026, 10, 3, 12) }), /^since .*2026$/)
})
