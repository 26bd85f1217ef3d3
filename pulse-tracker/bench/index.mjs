// `npm run bench`: what Pulse costs a page, next to others that record as much as they can be told to.
import { parseArgs } from 'node:util'
import { faults } from './faults.mjs'
import { load, sizes } from './recorders.mjs'
import { reflows } from './reflows.mjs'
import { run } from './run.mjs'
import { DONE } from './script.mjs'

const HELP = `npm run bench -- [--rounds N] [--offline-s N] [--only runs,faults,reflows]

Plays one visit of 67 s on a page of 300 elements, with each recorder in turn and without any, N times (2).
Then it leaves pages, lets the server fail, and takes the network away (for 300 s).`

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '2' },
    'offline-s': { type: 'string', default: '300' },
    only: { type: 'string', default: 'runs,faults,reflows' },
    help: { type: 'boolean', default: false },
  },
})
const NAMES = ['pulse', 'posthog', 'rrweb']
const REFLOW_S = 12

const write = (text) => process.stdout.write(text)
const progress = (text) => process.stderr.isTTY ? process.stderr.write(`\r${text}\u001b[K`) : undefined
const note = (text) => process.stderr.write(`${process.stderr.isTTY ? '\r\u001b[K' : ''}${text}\n`)

const median = (list) => {
  const sorted = [...list].sort((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}
const kilo = (bytes) => (bytes / 1000).toFixed(1)

/** A table in Markdown: the first column to the left, the others to the right. */
const table = (head, rows) => {
  const cells = [head, ...rows].map((row) => row.map(String))
  const widths = head.map((_, i) => Math.max(...cells.map((row) => row[i].length)))
  const line = (row) => `| ${row.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join(' | ')} |\n`
  const rule = `| ${widths.map((width, i) => (i ? '-'.repeat(width - 1) + ':' : '-'.repeat(width))).join(' | ')} |\n`
  write(line(cells[0]) + rule + cells.slice(1).map(line).join('') + '\n')
}

const runs = async (recorders, rounds) => {
  const results = Object.fromEntries(['none', ...NAMES].map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    // Every second round goes backwards.
    const order = round % 2 ? Object.keys(results).reverse() : Object.keys(results)
    for (const name of order) {
      const title = `round ${round + 1} of ${rounds}: ${name}`
      const result = await run(name, recorders, (at) => progress(`${title}, ${Math.round(at / 1000)} s`))
      if (result.failed) throw result.failed
      results[name].push(result)
      note(`${title}: ${result.script.toFixed(0)} ms of script, ${result.bytes} bytes`)
    }
  }
  const of = (name, pick) => median(results[name].map(pick))
  const less = (name, pick) => median(results[name].map((result, i) => pick(result) - pick(results.none[i])))
  const ratio = (other) => median(results.pulse.map((result, i) => (result.script - results.none[i].script) / (results[other][i].script - results.none[i].script)))
  const row = (title, show) => [title, ...NAMES.map(show)]
  const each = (pick) => (name) => of(name, pick)
  table(['of the run', ...NAMES], [
    row('script, less the empty page, ms', (name) => less(name, ({ script }) => script).toFixed(0)),
    row('Pulse : it, in the same round', (name) => (name === 'pulse' ? '' : ratio(name).toFixed(2))),
    row('script until 3 s after the load, ms', (name) => less(name, ({ loadScript }) => loadScript).toFixed(0)),
    row('load event later by, ms', (name) => less(name, ({ load }) => load).toFixed(0)),
    row('heap growth, less the empty page, KB', (name) => kilo(less(name, ({ heap }) => heap))),
    row('heap growth, 25 s of it once more, KB', (name) => kilo(less(name, ({ heapAgain }) => heapAgain))),
    row('sent, KB', (name) => kilo(of(name, ({ bytes }) => bytes))),
    row('requests', each(({ requests }) => requests)),
    row('preflights', each(({ preflights }) => preflights)),
    row('long tasks more than the empty page', (name) => less(name, ({ longTasks }) => longTasks)),
    row(`moves of ${DONE.moves}`, each(({ recorded }) => recorded.moves)),
    row(`clicks of ${DONE.clicks}`, each(({ recorded }) => recorded.clicks)),
    row(`bursts of ${DONE.bursts}`, each(({ recorded }) => recorded.bursts)),
    row(`turns of ${DONE.turns}`, each(({ recorded }) => recorded.turns)),
    row(`keys of ${DONE.keys}`, each(({ recorded }) => recorded.keys)),
    row('page errors', each(({ errors }) => errors.length)),
  ])
}

const main = async () => {
  if (values.help) return write(HELP + '\n')
  const [rounds, offline] = [Number(values.rounds), Number(values['offline-s']) * 1000]
  if (!(rounds >= 1) || !(offline >= 0)) throw new Error('--rounds is at least 1, --offline-s at least 0')
  const only = values.only.split(',')
  const recorders = await load()
  table(['bytes of the script', 'brotli 11', 'gzip 9'], NAMES.map((name) => [name, ...Object.values(sizes(recorders[name]))]))
  if (only.includes('runs')) await runs(recorders, rounds)
  if (only.includes('reflows')) {
    const rows = []
    for (const name of NAMES) {
      rows.push([name, await reflows(name, recorders, REFLOW_S)])
      note(`layouts forced: ${name}`)
    }
    table(['layouts forced by moves, scrolls and keys', `in ${REFLOW_S} s`], rows)
  }
  if (only.includes('faults')) {
    note('leaving, outages, no network')
    const rows = await Promise.all(NAMES.map(async (name) => [name, await faults(name, recorders, name === 'pulse' ? offline : 0)]))
    table(
      ['clicks that arrive', 'tab closed', 'next page', '500 for 10 s', 'dropped for 10 s', `offline ${offline / 1000} s`, 'page errors'],
      rows.map(([name, { closed, left, failed, dropped, offline, errors }]) => [name, closed, left, failed, dropped, offline, errors]),
    )
  }
}

await main()
