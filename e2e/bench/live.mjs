// The live list left alone for minutes while visits go on and begin: `cargo xtask bench dashboard --live 600`. The one argument is JSON
// with `url`, `api`, `rows` and `live_ms`; the answer is a line of JSON.
import { startBrowser } from '../lib/browser.mjs'
import { PARTS, fill, rest } from './drawn.mjs'

const { url, api, rows, live_ms } = JSON.parse(process.argv[2])

// Something happens so often, and a visit begins so often.
const BEAT_MS = 1000
const BEATS_OF_A_VISIT = 20

/** Clicks of made-up visits, each of some beats, until `end`; says how many visits there were. */
async function visits(end) {
  for (let beat = 0; ; beat++) {
    const visit = Math.floor(beat / BEATS_OF_A_VISIT)
    if (Date.now() >= end) return visit + 1
    const page_url = 'https://shop.example/cart'
    const events = [{ type: 'click', timestamp: Date.now(), data: { x: 40 + beat, y: 60 } }]
    const body = JSON.stringify({ session_id: `live-visit-${visit}`, view_id: `view-${visit}-0`, seq: beat % BEATS_OF_A_VISIT, page_url, events })
    const answer = await fetch(`${api}api/track`, { method: 'POST', body })
    if (!answer.ok) throw new Error(`a visit was refused: ${answer.status} ${await answer.text()}`)
    await rest(BEAT_MS)
  }
}

/** Focuses a row in sight and selects its text. */
const settle = (page) =>
  page.evaluate(
    ([list, row]) => {
      const { top } = document.querySelector(list).getBoundingClientRect()
      const chosen = [...document.querySelectorAll(row)].find((one) => one.getBoundingClientRect().top > top + 20)
      chosen.focus()
      getSelection().selectAllChildren(chosen)
    },
    [PARTS.list, PARTS.row],
  )

/** What the reader has before them: the focused row, where it is, and the text that is selected. */
const look = (page) =>
  page.evaluate(() => {
    const row = document.activeElement
    const { top } = row.getBoundingClientRect()
    return { row: row.dataset.session ?? row.tagName, top, selected: getSelection().toString() }
  })

async function used(client) {
  await client.send('HeapProfiler.collectGarbage')
  const { usedSize, backingStorageSize = 0 } = await client.send('Runtime.getHeapUsage')
  const { metrics } = await client.send('Performance.getMetrics')
  const busy = metrics.find(({ name }) => name === 'TaskDuration').value
  return { bytes: usedSize + backingStorageSize, busy, at: performance.now() }
}

const browser = await startBrowser()
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.goto(url + PARTS.sessions)
  await page.locator(PARTS.row).first().waitFor()
  const loaded = await fill(page, rows)
  await page.evaluate((list) => {
    const box = document.querySelector(list)
    box.scrollTo(0, box.scrollHeight / 2)
  }, PARTS.list)
  await rest(500)
  await settle(page)
  const client = await context.newCDPSession(page)
  await client.send('Performance.enable')
  await rest(BEAT_MS * 5)
  const [before, from] = [await look(page), await used(client)]
  const begun = await visits(Date.now() + live_ms)
  await rest(BEAT_MS * 5)
  const to = await used(client)
  const after = await look(page)
  console.log(
    JSON.stringify({
      rows: loaded,
      visits: begun,
      focus_kept: before.row === after.row,
      moved_px: Math.abs(after.top - before.top),
      selection_kept: before.selected !== '' && before.selected === after.selected,
      heap_mib: (to.bytes - from.bytes) / 2 ** 20,
      busy_percent: (100 * (to.busy - from.busy) * 1000) / (to.at - from.at),
    }),
  )
} finally {
  await browser.close()
}
