// What is left of clicks when the page goes, the server fails, or there is no network.
import { withPage } from './run.mjs'

const wait = (ms) => new Promise((done) => setTimeout(done, ms))
const TRIES = 3
const CLICKS = 8
const OUTAGE_MS = 10_000
const RECOVERY_MS = 45_000

const until = async (holds, ms) => {
  for (const end = Date.now() + ms; Date.now() < end && !holds(); ) await wait(100)
}
const clicks = (sink, name) => sink.recorded(name).clicks
const distinct = (list) => new Set(list).size

/** How many of three last clicks arrive when the tab is closed, or another page opened, right after. */
const leave = async (name, recorders, go) => {
  let arrived = 0
  for (let i = 0; i < TRIES; i++) {
    await withPage(recorders, async ({ sink, page }) => {
      await page.goto(`${sink.url}/${name}`)
      await wait(2500)
      const button = await page.locator('#pay').boundingBox()
      await page.mouse.click(button.x + 5, button.y + 5)
      await go(page, sink)
      await until(() => clicks(sink, name).length, 3000)
      arrived += clicks(sink, name).length > 0
    })
  }
  return `${arrived}/${TRIES}`
}

/** Eight clicks around a failure: two before, four during it, two after. */
const outage = (name, recorders, fail, restore, ms = OUTAGE_MS) =>
  withPage(recorders, async ({ sink, page, context, errors }) => {
    await page.goto(`${sink.url}/${name}`)
    await wait(2000)
    const button = await page.locator('#pay').boundingBox()
    for (let i = 0; i < CLICKS; i++) {
      if (i === 2) await fail(sink, context)
      if (i === CLICKS - 2) await restore(sink, context)
      await page.mouse.click(button.x + 5 + i, button.y + 5)
      await wait(i >= 2 && i < CLICKS - 2 ? ms / (CLICKS - 4) : 1500)
    }
    await until(() => distinct(clicks(sink, name)) >= CLICKS, RECOVERY_MS)
    await wait(1000)
    const all = clicks(sink, name)
    const twice = all.length - distinct(all)
    return { arrived: `${distinct(all)}/${CLICKS}${twice ? `, ${twice} twice` : ''}`, errors: errors.length }
  })

const MODES = {
  500: [(sink) => { sink.mode = 500 }, (sink) => { sink.mode = 'ok' }],
  drop: [(sink) => { sink.mode = 'drop' }, (sink) => { sink.mode = 'ok' }],
  offline: [(_, context) => context.setOffline(true), (_, context) => context.setOffline(false)],
}

/** A recorder's row of both tables; `offlineMs` without network. */
export const faults = async (name, recorders, offlineMs) => {
  const closed = await leave(name, recorders, (page) => page.close({ runBeforeUnload: false }))
  const left = await leave(name, recorders, (page, sink) => page.goto(`${sink.url}/plain`))
  const failed = await outage(name, recorders, ...MODES[500])
  const dropped = await outage(name, recorders, ...MODES.drop)
  const offline = offlineMs && (await outage(name, recorders, ...MODES.offline, offlineMs))
  return {
    closed,
    left,
    failed: failed.arrived,
    dropped: dropped.arrived,
    offline: offline ? offline.arrived : '',
    errors: failed.errors + dropped.errors + (offline ? offline.errors : 0),
  }
}
