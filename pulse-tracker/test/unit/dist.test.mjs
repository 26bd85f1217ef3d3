import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'

const dist = (name) => readFile(new URL(`../../dist/${name}`, import.meta.url))

test('the script is at most 4,520 bytes with brotli and 5,200 with gzip, and both hold the same', async () => {
  const [script, br, gz] = await Promise.all(['pulse.js', 'pulse.js.br', 'pulse.js.gz'].map(dist))
  assert.ok(br.length <= 4520, `${br.length}`)
  assert.ok(gz.length <= 5200, `${gz.length}`)
  assert.ok(brotliDecompressSync(br).equals(script))
  assert.ok(gunzipSync(gz).equals(script))
})

test('the module exports the tracker and touches nothing when imported', async () => {
  const before = Object.getOwnPropertyNames(globalThis)
  const { createPulse } = await import('../../dist/pulse.mjs')
  assert.deepEqual(Object.keys(createPulse({ api: '/api' })), ['start', 'stop', 'optOut', 'track', 'sessionId'])
  assert.deepEqual(Object.getOwnPropertyNames(globalThis), before)
})
