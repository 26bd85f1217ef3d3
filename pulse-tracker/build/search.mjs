// npm run names: looks for better names than those of names.json, by simulated annealing from there. It never makes it worse.
import { readFile, writeFile } from 'node:fs/promises'
import { brotli, bundle } from './bundle.mjs'
import { namesOf, order } from './names.mjs'

const TRIES = Number(process.argv[2] ?? 10_000)
const FILE = new URL('names.json', import.meta.url)

// A step may be this many bytes longer than the one before, at first.
const HEAT = 1.5

// Scopes have few names, which are the first of the letters; the script as a whole uses most of these.
const FEW = 14
const OFTEN = 30

const below = (most) => Math.floor(Math.random() * most)

/** `letters` with one of the first `one` and one of the first `other` exchanged. */
const swapped = (letters, one, other) => {
  const others = [...letters]
  const [a, b] = [below(one), below(other)]
  ;[others[a], others[b]] = [others[b], others[a]]
  return others.join('')
}

const script = await bundle('src/tag.js', 'iife')
// The letters that each scope took, in the last try.
let used
const size = async (choice) => {
  const names = namesOf(choice, script)
  const text = await script.named(names)
  used = names.used()
  return brotli(Buffer.from(text)).length
}

/** A choice that differs a little. */
const neighbour = ({ letters, scopes, properties }) => {
  const dice = Math.random()
  if (dice < 0.1) return { letters: swapped(letters, OFTEN, letters.length), scopes, properties }
  if (dice < 0.2) return { letters, scopes, properties: swapped(properties, properties.length, properties.length) }
  const scope = below(used.length)
  const first = dice < 0.4 ? '' : swapped(order(letters, scopes[scope]), FEW, FEW).slice(0, FEW)
  return { letters, properties, scopes: used.map((_, i) => (i === scope ? first : (scopes[i] ?? ''))) }
}

/** The same choice, without what no scope takes or what it would take anyway. */
const lean = async (choice) => {
  await size(choice)
  return { ...choice, scopes: used.map((first) => (choice.letters.startsWith(first) ? '' : first)) }
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
await writeFile(FILE, JSON.stringify(await lean(best)) + '\n')
process.stdout.write(`\n${least} bytes\n`)
