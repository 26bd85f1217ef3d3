// Builds dist/: the script for a tag and the overlay (with their precompressed forms), the ES module, and the digest of what they
// were built from.
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { brotli, bundle, overlay } from './build/bundle.mjs'
import { namesOf } from './build/names.mjs'

const root = new URL('.', import.meta.url)
const at = (path) => new URL(path, root)
const sha256 = (content) => createHash('sha256').update(content).digest('hex')

const choice = JSON.parse(await readFile(at('build/names.json'), 'utf8'))
const text = async (entry, format) => {
  const script = await bundle(entry, format)
  return Buffer.from(await script.named(namesOf(choice, script)))
}

await mkdir(at('dist'), { recursive: true })
for (const [name, script] of [['pulse.js', await text('src/tag.js', 'iife')], ['overlay.js', await overlay()]]) {
  const gz = gzipSync(script, { level: 9 })
  const br = brotli(script)
  await writeFile(at(`dist/${name}`), script)
  await writeFile(at(`dist/${name}.br`), br)
  await writeFile(at(`dist/${name}.gz`), gz)
  process.stdout.write(`dist/${name} ${script.length} bytes, gzip ${gz.length}, brotli ${br.length}\n`)
}
await writeFile(at('dist/pulse.mjs'), await text('src/index.js', 'esm'))

// The digest lets a test tell, without Node, that dist/ is as new as its sources.
const nested = await Promise.all(['src', 'build'].map((folder) => readdir(at(folder), { recursive: true, withFileTypes: true })))
const sources = nested
  .flat()
  .filter((entry) => entry.isFile())
  .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`.slice(fileURLToPath(root).length))
const paths = ['package.json', 'package-lock.json', 'build.mjs', ...sources].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
const lines = await Promise.all(paths.map(async (path) => `${path}\n${sha256(await readFile(at(path)))}\n`))
await writeFile(at('dist/SOURCES.sha256'), sha256(lines.join('')) + '\n')
