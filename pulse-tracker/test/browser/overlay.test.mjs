// The overlay finds what the tracker named, on real Chromium: everywhere on a page, and after a redesign.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { build } from 'esbuild'
import { launch } from './browser.mjs'

const MODULES = `
  export { elementPath } from './src/elementPath.js'
  export { label } from './src/label.js'
  export { findByPath } from './src/overlay/findByPath.js'
  export { matchElements } from './src/overlay/matchElements.js'
`

let browser, script

before(async () => {
  const root = new URL('../..', import.meta.url).pathname
  const { outputFiles } = await build({ stdin: { contents: MODULES, resolveDir: root }, bundle: true, format: 'iife', globalName: 'overlay', write: false })
  script = outputFiles[0].text
  browser = await launch()
})
after(() => browser?.close())

const open = async (t, body) => {
  const page = await browser.newPage()
  t.after(() => page.close())
  await page.setContent(`<!doctype html><html lang="en"><title>Shop</title><body>${body}</body></html>`)
  await page.evaluate(script)
  return page
}

// What a click on an element would say of it.
const RECORD = (element) => {
  const path = []
  for (let node = element; node; node = node.assignedSlot ?? node.parentNode ?? node.host) path.push(node)
  return { element: { path: overlay.elementPath(path), tag: element.localName, label: overlay.label(element) } }
}

test('every element of a page is found by its path, through slots and shadow roots', async (t) => {
  const page = await open(
    t,
    `<main><ul id="list"><li><a href="/a">A</a></li><li><a href="/b">B</a><b role="tab">x</b></li></ul>
     <p>one</p><p>two <em>three</em></p><div data-testid='a > "b"'><i></i><i></i></div>
     <div id="4711:x"><button>Generated</button></div><section><div><div><div><span>deep</span></div></div></div></section>
     <my-card><button>Slotted</button><u slot="end">End</u></my-card></main><footer><a href="/">Home</a></footer>`,
  )
  await page.evaluate(() => {
    document.querySelector('my-card').attachShadow({ mode: 'open' }).innerHTML =
      '<div><slot></slot><p id="inner"><button>Inside</button></p></div><section><slot name="end"></slot><my-leaf></my-leaf></section>'
    document.querySelector('my-card').shadowRoot.querySelector('my-leaf').attachShadow({ mode: 'open' }).innerHTML = '<b>leaf</b><b>leaf</b>'
  })
  const missed = await page.evaluate((source) => {
    const record = eval(source)
    const all = (root) => [...root.querySelectorAll('*')].flatMap((element) => [element, ...(element.shadowRoot ? all(element.shadowRoot) : [])])
    const elements = all(document).filter((element) => document.documentElement === element || !document.head.contains(element))
    const wrong = elements.filter((element) => overlay.findByPath(record(element).element.path) !== element)
    return { count: elements.length, wrong: wrong.map((element) => record(element).element.path) }
  }, `(${RECORD})`)
  assert.deepEqual(missed.wrong, [])
  assert.ok(missed.count > 35, `${missed.count}`)
})

test('no selector, and what is not there, is nothing', async (t) => {
  const page = await open(t, '<main class="shop"><p><button class="pay">Pay</button></p></main>')
  const found = await page.evaluate(() =>
    ['', '>', '#', 'a[', '<img src=x onerror=window.struck=1>', '#gone', 'main>a', 'x>>>y', 'main .pay', 'main > p > .pay'].map(
      (path) => overlay.findByPath(path)?.localName ?? null,
    ),
  )
  assert.deepEqual(found, [...Array(8).fill(null), 'button', 'button'])
  assert.equal(await page.evaluate(() => window.struck), undefined)
})

test('after a redesign counts stay with what was clicked, and what is gone is not placed', async (t) => {
  const page = await open(t, '<main><button>Cancel</button><button>Save</button><a id="help" href="/">Help</a><p><button>Old</button></p><em>word</em></main>')
  const result = await page.evaluate((source) => {
    const record = eval(source)
    const records = [...document.querySelectorAll('main button, main a, main em')].map(record)
    // The two have changed places, the link has other words, a button is gone, and another has come in the place of nothing.
    document.body.innerHTML = '<main><button>Save</button><button>Cancel</button><a id="help" href="/">Support</a><em>other</em></main>'
    const found = overlay.matchElements(records)
    return records.map((record) => [record.element.label || record.element.tag, found.get(record)?.textContent ?? null])
  }, `(${RECORD})`)
  assert.deepEqual(result, [['Cancel', 'Cancel'], ['Save', 'Save'], ['Help', 'Support'], ['Old', null], ['em', 'other']])
})

test('of two elements with one id the one that is shown is meant', async (t) => {
  const page = await open(t, '<main><button id="buy" style="display:none">Buy</button><button id="buy">Buy now</button></main>')
  assert.equal(await page.evaluate(() => overlay.findByPath('#buy').textContent), 'Buy now')
})
