// The sources as one minified script, but for the names in it.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { build, transform } from 'esbuild'
import { minify } from 'terser'

const root = fileURLToPath(new URL('..', import.meta.url))

// Names of our own that no browser or wire field has: safe to shorten, as long as both sides are bundled together.
const OURS = [
  'record', 'onSettle', 'onClose', 'later', 'soon', 'alive', 'leave', 'renew', 'navigate', 'drop', 'begin', 'positions', 'drawn',
  'put', 'resume', 'forget', 'read', 'write', 'erase', 'names', 'time', 'node', 'interactive', 'element',
]

const placeholder = (i) => `_${i}_`
const PLACEHOLDER = /\b_(\d+)_\b/g

/**
 * A script that waits for its names: `named(names)` is its text with the names of names.mjs; `letters` are those that no
 * property or global of it has, and that ours may have.
 */
export const bundle = async (entry, format) => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    format,
    target: 'es2022',
    charset: 'utf8',
    minifySyntax: true,
    mangleProps: RegExp(`^(${OURS.join('|')})$`),
    mangleCache: Object.fromEntries(OURS.map((name, i) => [name, placeholder(i)])),
    write: false,
  })
  // esbuild bundles; terser makes it 7 % smaller after brotli than esbuild's own minifier does.
  const options = { ecma: 2022, toplevel: true, module: format === 'esm' }
  const compress = { passes: 3, inline: 1, lhs_constants: false, unsafe: true, booleans_as_integers: true }
  const { code } = await minify(outputFiles[0].text, { ...options, compress, mangle: false })
  const taken = new Set(code.match(/\b[A-Za-z]\b/g))
  return {
    letters: (all) => all.filter((letter) => !taken.has(letter)),
    async named({ variables, properties }) {
      const { code: short } = await minify(code, { ...options, compress: false, mangle: { toplevel: true, nth_identifier: variables } })
      return short.replace(PLACEHOLDER, (_, i) => properties[i])
    },
  }
}

export const brotli = (script) =>
  brotliCompressSync(script, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: script.length } })

// Style sheets are imported as text.
const styles = {
  name: 'styles',
  setup: (on) =>
    on.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true })
      return { contents: code, loader: 'text' }
    }),
}

/** The overlay as one minified module. It is not sent to visitors, so its names are those that terser gives. */
export const overlay = async () => {
  const entry = { entryPoints: ['src/overlay/index.js'], bundle: true, format: 'esm', target: 'es2022', charset: 'utf8' }
  const { outputFiles } = await build({ absWorkingDir: root, ...entry, plugins: [styles], write: false })
  const { code } = await minify(outputFiles[0].text, { ecma: 2022, module: true, compress: { passes: 2 } })
  return Buffer.from(code)
}
