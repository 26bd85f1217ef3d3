import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'

const dist = (name) => readFile(new URL(`../../dist/${name}`, import.meta.url))

const LIMITS = [
  ['pulse.js', 4600, 5200],
  ['overlay.js', 12_000, 13_500],
]
for (const [name, brotli, gzip] of LIMITS) {
  test(`${name} is at most ${brotli} bytes with brotli and ${gzip} with gzip, and both hold the same`, async () => {
    const [script, br, gz] = await Promise.all([name, `${name}.br`, `${name}.gz`].map(dist))
    assert.ok(br.length <= brotli, `${br.length}`)
    assert.ok(gz.length <= gzip, `${gz.length}`)
    assert.ok(brotliDecompressSync(br).equals(script))
    assert.ok(gunzipSync(gz).equals(script))
  })
}

test('the module exports the tracker and touches nothing when imported', async () => {
  const before = Object.getOwnPropertyNames(globalThis)
  const { createPulse } = await import('../../dist/pulse.mjs')
  assert.deepEqual(Object.keys(createPulse({ api: '/api' })), ['start', 'stop', 'optOut', 'track', 'sessionId'])
  assert.deepEqual(Object.getOwnPropertyNames(globalThis), before)
})
