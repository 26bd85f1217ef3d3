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

// Names of our own that no browser or wire field has: safe to shorten, as long as both sides are bundled together.
const OURS =
  /^(record|settle|onSettle|onClose|later|soon|alive|leave|renew|navigate|drop|begin|put|send|resume|forget|read|write|erase|names|time|node|drawn|interactive|element)$/

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
  const compress = { passes: 3, inline: 1, lhs_constants: false, unsafe: true, booleans_as_integers: true }
  const { code } = await minify(outputFiles[0].text, { ecma: 2022, toplevel: true, module: format === 'esm', compress, mangle: false })
  return (names) => minify(code, { ecma: 2022, module: format === 'esm', compress: false, mangle: { toplevel: true, nth_identifier: names } })
}

const brotli = (script) => {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: script.length }
  return brotliCompressSync(script, { params })
}

// Which letters to call variables by. Brotli likes some better than others, which no rule foretells: a search of fixed
// length and seed finds the same good ones each time.
const TRIES = 1200
const LETTERS = 'etnriaoscludmphgfybvwkxSMNODTECRJPjLYAHWzqIFBGKQUVXZ'

// A step of the search may be this many bytes longer than the one before, at first: simulated annealing.
const HEAT = 3

// Of the names that are given out, most are among the first.
const OFTEN = 30

const random = (seed) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed / 2 ** 32
}

/** Names in the order of `letters`, as terser asks for them. */
const named = (letters) => ({
  get(n) {
    let name = letters[n % letters.length]
    for (n = Math.floor(n / letters.length); n > 0; n = Math.floor(n / letters.length)) name += letters[--n % letters.length]
    return name
  },
})

/** The names for which `size(names)` is smallest, as far as the search has come. */
const shortest = async (size) => {
  const next = random(5)
  let here = [...LETTERS]
  let length = await size(named(here))
  let best = here
  let least = length
  for (let i = 0; i < TRIES; i++) {
    const letters = [...here]
    for (let swaps = 1 + Math.floor(next() * 3); swaps > 0; swaps--) {
      const [a, b] = [OFTEN, letters.length].map((most) => Math.floor(next() * most))
      ;[letters[a], letters[b]] = [letters[b], letters[a]]
    }
    const now = await size(named(letters))
    if (now <= length + HEAT * (1 - i / TRIES) * next()) [here, length] = [letters, now]
    if (now <= least) [best, least] = [letters, now]
  }
  return named(best)
}

const tag = await bundle('src/tag.js', 'iife')
const scriptWith = async (names) => Buffer.from((await tag(names)).code)
const names = await shortest(async (names) => brotli(await scriptWith(names)).length)
const script = await scriptWith(names)
const gz = gzipSync(script, { level: 9 })
const br = brotli(script)

await mkdir(at('dist'), { recursive: true })
await writeFile(at('dist/pulse.js'), script)
await writeFile(at('dist/pulse.js.br'), br)
await writeFile(at('dist/pulse.js.gz'), gz)
await writeFile(at('dist/pulse.mjs'), (await (await bundle('src/index.js', 'esm'))(names)).code)

// The digest lets a test tell, without Node, that dist/ is as new as its sources.
const nested = await readdir(at('src'), { recursive: true, withFileTypes: true })
const sources = nested
  .filter((entry) => entry.isFile())
  .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`.slice(fileURLToPath(root).length))
const paths = ['package.json', 'package-lock.json', 'build.mjs', ...sources].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
const lines = await Promise.all(paths.map(async (path) => `${path}\n${sha256(await readFile(at(path)))}\n`))
await writeFile(at('dist/SOURCES.sha256'), sha256(lines.join('')) + '\n')

process.stdout.write(`dist/pulse.js ${script.length} bytes, gzip ${gz.length}, brotli ${br.length}\n`)
