import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cut } from '../../src/cut.js'
import { maskUrl } from '../../src/maskUrl.js'
import { uuid } from '../../src/uuid.js'

test('secret-looking parameters are masked, in the query and in the fragment', () => {
  const cases = {
    'https://a.example/?token=abc&page=2': 'https://a.example/?token=***&page=2',
    'https://a.example/?page=2&Password=x': 'https://a.example/?page=2&Password=***',
    'https://a.example/?api_key=1&code=2': 'https://a.example/?api_key=***&code=***',
    'https://a.example/cb#access_token=abc&state=1': 'https://a.example/cb#access_token=***&state=1',
    'https://a.example/?email=': 'https://a.example/?email=***',
    'https://a.example/?to=ann@b.example&x=1': 'https://a.example/?to=***&x=1',
    'https://a.example/?to=ann%40b.example': 'https://a.example/?to=***',
  }
  for (const [url, masked] of Object.entries(cases)) assert.equal(maskUrl(url), masked)
})

test('harmless addresses stay as they are', () => {
  for (const url of ['https://a.example/p/token?color=red&q=a%20b', 'https://a.example/#top', '']) {
    assert.equal(maskUrl(url), url)
  }
})

test('text is cut in whole characters and on one line', () => {
  assert.equal(cut('  Add \n to  cart ', 40), 'Add to cart')
  assert.equal(cut('😀😀😀', 2), '😀😀')
})

test('ids are random UUIDs', () => {
  const ids = new Set(Array.from({ length: 50 }, uuid))
  assert.equal(ids.size, 50)
  for (const id of ids) assert.match(id, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
})
