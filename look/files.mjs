// Everything that is served, or that writes what is served.
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
// Folders that serve nothing; this one names what it looks for.
const NOT_SERVED = /^(\..*|node_modules|target|xtask|e2e|look|bench|tests?)$/
const KINDS = ['.css', '.html', '.svg', '.js', '.mjs', '.rs']

export function served(folder = ROOT) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return NOT_SERVED.test(entry.name) ? [] : served(path)
    const kind = extname(entry.name)
    return KINDS.includes(kind) ? [{ name: relative(ROOT, path), kind, text: readFileSync(path, 'utf8') }] : []
  })
}
