// Builds dist/: the script for a tag (with its precompressed forms), the ES module, and the digest of what they were built from.
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { minify } from 'terser'

const root = new URL('.', import.meta.url)
const at = (path) => new URL(path, root)
const sha256 = (content) => createHash('sha256').update(content).digest('hex')

// Names of our own methods that no browser or wire field has: safe to shorten, as long as both sides are bundled together.
const OURS =
  /^(record|settle|onSettle|onClose|later|leave|renew|changed|navigate|drop|begin|put|send|resume|forget|read|write|erase|names|time|node|interactive|element)$/

// esbuild bundles; terser makes it 7 % smaller after brotli than esbuild's own minifier does.
const bundle = async (entry, format) => {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(root),
    entryPoints: [entry],
    bundle: true,
    format,
    target: 'es2022',
    charset: 'utf8',
    minifySyntax: true,
    mangleProps: OURS,
    write: false,
  })
  const { code } = await minify(outputFiles[0].text, {
    ecma: 2022,
    toplevel: true,
    module: format === 'esm',
    compress: { passes: 3, inline: 1, lhs_constants: false, unsafe: true, booleans_as_integers: true },
  })
  return code
}

await mkdir(at('dist'), { recursive: true })
await writeFile(at('dist/pulse.mjs'), await bundle('src/index.js', 'esm'))
await writeFile(at('dist/pulse.js'), await bundle('src/tag.js', 'iife'))

const script = await readFile(at('dist/pulse.js'))
const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: script.length }
const br = brotliCompressSync(script, { params })
const gz = gzipSync(script, { level: 9 })
await writeFile(at('dist/pulse.js.br'), br)
await writeFile(at('dist/pulse.js.gz'), gz)

// The digest lets a test tell, without Node, that dist/ is as new as its sources.
const nested = await readdir(at('src'), { recursive: true, withFileTypes: true })
const sources = nested
  .filter((entry) => entry.isFile())
  .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`.slice(fileURLToPath(root).length))
const paths = ['package.json', 'package-lock.json', 'build.mjs', ...sources].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
const lines = await Promise.all(paths.map(async (path) => `${path}\n${sha256(await readFile(at(path)))}\n`))
await writeFile(at('dist/SOURCES.sha256'), sha256(lines.join('')) + '\n')

process.stdout.write(`dist/pulse.js ${script.length} bytes, gzip ${gz.length}, brotli ${br.length}\n`)
