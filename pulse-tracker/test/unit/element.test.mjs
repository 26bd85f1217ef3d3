import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { elementPath } from '../../src/elementPath.js'
import { label } from '../../src/label.js'
import { IGNORE, within } from '../../src/within.js'
import { element, openPage } from './page.mjs'

beforeEach(() => openPage())

/** From the innermost to the root, as an event's path is. */
const way = (...chain) => {
  chain.forEach((node, i) => {
    const above = chain[i + 1]
    if (!above) return
    above.children ??= []
    if (!above.children.includes(node)) above.children.push(node)
    node.parentNode = above
  })
  return chain
}

test('a path climbs to the nearest id and counts only where it must', () => {
  const button = element('button')
  const list = element('ul', { id: 'cart' }, [element('li'), element('li')])
  const path = way(button, list.children[1], list, element('body'), element('html'))
  assert.equal(elementPath(path), '#cart>li:nth-of-type(2)>button')
})

test('a test id is as good as an id, a generated id is not', () => {
  const pay = element('button', { 'data-testid': 'pay "now"' })
  assert.equal(elementPath(way(pay, element('main'), element('body'))), '[data-testid="pay \\"now\\""]')
  const made = element('button', { id: ':r1:', role: 'tab' })
  assert.equal(elementPath(way(made, element('main', { id: 'x12345' }), element('body'), element('html'))), 'main>button[role="tab"]')
})

test('a shadow root is entered with >>>, and an id inside does not hide the host', () => {
  const root = { children: [], nodeType: 11 }
  const path = way(element('button', { id: 'go' }), root)
  const host = way(element('pay-box'), element('main', { id: 'page' }), element('body'))
  assert.equal(elementPath([...path, ...host]), '#page>pay-box>>>#go')
})

test('a path is at most 512 characters, the inner end kept', () => {
  const chain = Array.from({ length: 100 }, (_, i) => element(i ? 'section' : 'button'))
  const path = elementPath(way(...chain))
  assert.ok(path.length <= 512)
  assert.ok(path.endsWith('>section>button'))
})

test('what is around an element is also around what is in its shadow root', () => {
  const inside = element('button')
  inside.getRootNode = () => ({ host: element('pay-box', { 'data-pulse-ignore': '1' }) })
  assert.equal(within(inside, IGNORE).localName, 'pay-box')
  assert.ok(!within(element('button'), IGNORE))
  assert.ok(!within({}, IGNORE), 'the document')
})

test('a control is called by its label, text or title, a field never by its text', () => {
  assert.equal(label(element('button', { text: ' Add\n to cart ' })), 'Add to cart')
  assert.equal(label(element('button', { text: 'x', 'aria-label': 'Close' })), 'Close')
  assert.equal(label(element('button', { text: ' ', title: 'Save' })), 'Save')
  assert.equal(label(element('textarea', { text: 'dear diary' })), '')
  assert.equal(label(element('div', { text: 'some paragraph' })), '')
  assert.equal(label(element('button', { text: 'Ann Other', 'data-pulse-mask': '1' })), '')
  assert.equal(label(element('button', { text: 'Ann Other' }, [element('b', { 'data-pulse-mask': '1' })])), '', 'nor with what is masked inside')
  assert.equal(label(element('a', { text: 'word '.repeat(30) })).length, 40)
})
