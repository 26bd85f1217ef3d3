import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { check } from './check.mjs'
import { served } from './files.mjs'

const files = served()

test('everything that is served keeps the rules', async () => {
  assert.ok(files.length > 100 && files.some(({ kind }) => kind === '.css'), 'the files are not found')
  const problems = await Promise.all(files.map(async (file) => (await check(file)).map((problem) => `${file.name}:${problem}`)))
  assert.deepEqual(problems.flat(), [])
})

test("each folder's style sheets answer the visitor's preferences", () => {
  const media = {}
  for (const { name, kind, text } of files) if (kind === '.css') media[dirname(name)] = `${media[dirname(name)] ?? ''}${text}`
  for (const [folder, text] of Object.entries(media)) {
    for (const preference of ['color-scheme', 'reduced-motion', 'contrast']) {
      assert.match(text, new RegExp(`@media[^{]*prefers-${preference}`), folder)
    }
  }
})

// What must be found, by kind of file.
const BAD = {
  '.css': [
    'a { background: linear-gradient(red, blue) }',
    'a { border-image: repeating-RADIAL-gradient(red, blue) 1 }',
    'a { filter: drop-shadow(0 1px 8px red) }',
    'a:hover { transform: translateY(-2px) }',
    'a:hover { -webkit-transform: rotate(1deg) }',
    '.tile:hover { box-shadow: 0 1px 0 red }',
    '.tile:hover img { scale: 1.05 }',
    'a:hover { background: red }',
    'a:hover { --lift: 2px }',
    'a:hover { transition: color 100ms }',
    'a:hover { animation: pulse 1s }',
    'a:hover { color: red; cursor: grab }',
    'a:not(:hover) { padding: 1px }',
    'a, b:HOVER { padding: 1px }',
    '@media (hover: hover) { a:hover { font-weight: 600 } }',
    'a { &:hover { margin-top: -1px } }',
    'a:hover { img { scale: 2 } }',
    'a { transition: transform 100ms }',
    'a { transition: 100ms }',
    'a { transition: all 100ms ease }',
    'a { transition: color 100ms, width 100ms }',
    'a { transition: color 151ms }',
    'a { transition: color 0.2s }',
    'a { transition: color 100ms 100ms }',
    'a { transition: color var(--time) }',
    'a { -webkit-transition: left 10ms }',
    'a { transition-property: color, height }',
    'a { transition-duration: 100ms, 151ms }',
    'a { transition-delay: 100ms }',
    'a { box-shadow: 0 4px 12px rgb(0 0 0 / 10%) }',
    'a { box-shadow: 0 1px 1px red }',
    'a { box-shadow: 0 0 0 3px red }',
    'a { box-shadow: 0 1px red, 0 20px red }',
    'a { box-shadow: var(--shadow) }',
    'a { box-shadow: 0 0.5vw red }',
    'a { -webkit-box-shadow: 0 9px red }',
    'a { text-shadow: 0 0 8px red }',
    "@import 'https://example.org/a.css';",
    'a { background-image: url( "//example.org/a.png" ) }',
    '@font-face { src: url(https://example.org/a.woff2) }',
    'a { color red; }',
    '/* stylelint-disable */ a { text-shadow: 0 0 8px red }',
  ],
  '.html': [
    '<svg><linearGradient id="g"></linearGradient></svg>',
    '<style media="all">\na:hover { top: 1px }</style>',
    '<b style="box-shadow: 0 9px 9px red">',
    "<b style='transition: all 1s'>",
    '<img src="https://example.org/a.png">',
    "<script src='//example.org/a.js'></script>",
  ],
  '.js': [
    'context.createLinearGradient(0, 0, 1, 1)',
    'context["createConicGradient"]',
    "tile.style.boxShadow = '0 9px 9px'",
    'tile.animate([{ opacity: 0 }], 500)',
  ],
  '.rs': [
    'context.create_radial_gradient(0., 0., 1., 0., 0., 2.)?',
    'format!("<b style=\\"transition: all 1s\\">")',
  ],
}

const GOOD = {
  '.css': [
    'a:hover { color: red; background-color: blue; border-color: green; opacity: 0.9; text-decoration: underline }',
    'a:hover { border-bottom-color: red; text-decoration-thickness: 1px }',
    '@media (hover: hover) { a { padding: 4px } }',
    'a { transition: color 150ms ease-in-out, opacity 90ms cubic-bezier(0, 1, 0, 1) }',
    '* { transition: none !important }',
    'a { transition: inherit }',
    'a { transition-property: background-color; transition-duration: 120ms; transition-delay: 0s }',
    'a { box-shadow: none }',
    'a { box-shadow: inset 0 -1px 0 var(--hairline), 0 0 0 1px rgb(0 0 0 / 10%) }',
    'a { background-image: url(/a.png) }',
    '@keyframes wait { from { opacity: 0.5 } }',
  ],
  '.html': [
    '<b style="width: {{width}}px; --i: {{index}}" class="style"></b><style>.a { width: {{width}}px }</style>',
    '<script src="http://localhost:5001/pulse.js" async></script><img src="/a.png"><script src="{{tracker}}"></script>',
    '<a href="https://example.org">elsewhere</a>',
  ],
  '.rs': ['fill_rect(0., 0., 8., 8.); // the grade, flat'],
}

for (const [kind, texts] of Object.entries(BAD)) {
  for (const text of texts) test(`found in ${kind}: ${text}`, async () => assert.notDeepEqual(await check({ kind, text }), []))
}
for (const [kind, texts] of Object.entries(GOOD)) {
  for (const text of texts) test(`fine in ${kind}: ${text}`, async () => assert.deepEqual(await check({ kind, text }), []))
}
