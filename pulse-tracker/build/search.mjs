// npm run names: looks for better names than those of names.json, by simulated annealing from there. It never makes it worse.
import { readFile, writeFile } from 'node:fs/promises'
import { brotli, bundle } from './bundle.mjs'
import { namesOf, swapped } from './names.mjs'

const TRIES = Number(process.argv[2] ?? 10_000)
const FILE = new URL('names.json', import.meta.url)

// A step may be this many bytes longer than the one before, at first.
const HEAT = 1.5

// Scopes have few names, which are the first of the letters; the script as a whole uses most of these.
const FEW = 14
const OFTEN = 30

const below = (most) => Math.floor(Math.random() * most)
const pair = (one, other) => [below(one), below(other)]

const script = await bundle('src/tag.js', 'iife')
// How many scopes there are to name.
let count
const size = async (choice) => {
  const names = namesOf(choice, script)
  const text = await script.named(names)
  count = names.scopes()
  return brotli(Buffer.from(text)).length
}

/** A choice that differs a little. */
const neighbour = ({ letters, scopes, properties }) => {
  const dice = Math.random()
  if (dice < 0.1) return { letters: swapped(letters, [pair(OFTEN, letters.length)]), scopes, properties }
  if (dice < 0.2) return { letters, scopes, properties: swapped(properties, [pair(properties.length, properties.length)]) }
  const scope = below(count)
  const swaps = [...(scopes[scope] ?? [])]
  if (swaps.length && dice < 0.4) swaps.splice(below(swaps.length), 1)
  else swaps.push(pair(FEW, FEW))
  return { letters, properties, scopes: { ...scopes, [scope]: swaps.length ? swaps : undefined } }
}

let here = JSON.parse(await readFile(FILE, 'utf8'))
let length = await size(here)
let [best, least] = [here, length]
process.stdout.write(`${length} bytes\n`)
for (let i = 1; i <= TRIES; i++) {
  const next = neighbour(here)
  const now = await size(next)
  if (now <= length + HEAT * (1 - i / TRIES) * Math.random()) [here, length] = [next, now]
  if (now < least) [best, least] = [next, now]
  if (process.stderr.isTTY) process.stderr.write(`\r${'#'.repeat((40 * i) / TRIES).padEnd(40, '.')} ${i} of ${TRIES}, ${least} bytes\u001b[K`)
}
await writeFile(FILE, JSON.stringify(best) + '\n')
process.stdout.write(`\n${least} bytes\n`)
