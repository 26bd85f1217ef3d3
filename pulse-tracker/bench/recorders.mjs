// The recorders that are compared, each as a site would use it: one bundled script, and the settings that record most alike.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const bundle = async (contents) => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('..', import.meta.url)) },
    bundle: true,
    format: 'iife',
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
    write: false,
  })
  return Buffer.from(outputFiles[0].contents)
}

// No sampling of what it records, nothing that it would fetch from elsewhere, and not silent in a browser without a head.
const POSTHOG = `
import posthog from 'posthog-js'
posthog.init('phc_bench', {
  api_host: new URL(document.currentScript.src).origin,
  advanced_disable_flags: true,
  disable_external_dependency_loading: true,
  disable_session_recording: true,
  disable_surveys: true,
  autocapture: true,
  capture_heatmaps: true,
  rageclick: true,
  opt_out_useragent_filter: true,
})`

// As in the guide of rrweb: gathered, and sent every ten seconds.
const RRWEB = `
import { record } from '@rrweb/record'
const url = new URL('/rrweb', document.currentScript.src)
let events = []
record({ emit: (event) => { events.push(event) }, sampling: { mousemove: 50 } })
setInterval(() => {
  const body = JSON.stringify({ events })
  events = []
  fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
}, 10 * 1000)`

export const sizes = (script) => ({
  brotli: brotliCompressSync(script, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length,
  gzip: gzipSync(script, { level: 9 }).length,
})

/** `none` is the page without a recorder, to be subtracted. */
export const load = async () => ({
  none: Buffer.alloc(0),
  pulse: await readFile(new URL('../dist/pulse.js', import.meta.url)),
  posthog: await bundle(POSTHOG),
  rrweb: await bundle(RRWEB),
})
