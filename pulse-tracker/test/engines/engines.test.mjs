// What can differ between engines: how events are told of, what a page that goes still sends, and the back/forward cache.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PAGES } from '../browser/pages.mjs'
import { hear, unrecorded } from '../browser/scenario.mjs'
import { clicks, kinds, startSink, views } from '../browser/sink.mjs'
import { ENGINES, launch, missing, wait } from './webdriver.mjs'

// Engines that must be here, by their names; others are left out where something of them is missing.
const REQUIRED = (process.env.ENGINES_UNDER_TEST ?? '').split(',')

for (const [name, engine] of Object.entries(ENGINES)) {
  const lacks = missing(engine)
  const skip = lacks.length && !REQUIRED.includes(name) ? `${lacks.join(' and ')} not installed` : false

  describe(name, { skip }, () => {
    const scenario = (title, act) =>
      it(title, { timeout: 60_000 }, async () => {
        assert.deepEqual(lacks, [], 'is missing')
        const sink = await startSink(PAGES)
        const browser = await launch(engine)
        try {
          const { page } = browser
          await page.goto(sink.url + '/')
          await sink.until(() => sink.batches.size, 'the first batch')
          await act(sink, page)
          for (const { method, type, cookie } of sink.requests) assert.deepEqual([method, type, cookie], ['POST', 'text/plain', undefined])
        } finally {
          await browser.close()
          await sink.close()
        }
      })

    scenario('a visit: moves and where they rest, clicks, a burst, typing, scrolling, a router, an error', async (sink, page) => {
      await page.glide([50, 60], [450, 260], 1000)
      await wait(200)
      await page.click('#off')
      await page.click('#live', 4)
      await page.evaluate(() => document.querySelector('#secret').focus())
      await page.type('secret')
      await page.evaluate(() => scrollTo(0, 300))
      await wait(400)
      await page.evaluate(() => scrollTo(0, 100))
      await wait(400)
      await page.evaluate(() => {
        setTimeout("throw new TypeError('boom')")
        history.pushState({}, '', '/cart?code=1')
      })
      await sink.until(() => sink.events('error').length && kinds(sink).length === 2, 'the last of it')

      const glided = sink.events('mousemove').filter(({ data }) => Math.abs(data.y - (data.x / 2 + 35)) <= 2)
      const took = glided.at(-1).timestamp - glided[0].timestamp
      assert.ok(glided.length >= 12 && glided.length <= took / 50 + 3, `${glided.length} on the line in ${took} ms`)
      assert.deepEqual([glided[0].data, glided.at(-1).data], [{ x: 50, y: 60 }, { x: 450, y: 260 }], 'from where it began to where it came to rest')
      assert.deepEqual(sink.events('mousemove').filter(({ data }) => !data.x), [], 'no move is without its place')
      assert.deepEqual(clicks(sink), ['off', ...Array(4).fill('live')])
      assert.deepEqual(sink.events('rage_click').map(({ data }) => data.count), [4])
      assert.deepEqual(sink.events('keypress').map(({ data }) => [data.field, data.hold_ms > 10]), Array(6).fill(['password', true]))
      assert.deepEqual(sink.events('scroll').filter(({ data }) => data.turned).map(({ data }) => data.direction), ['up'])
      assert.deepEqual(kinds(sink), ['load', 'push'])
      assert.deepEqual(sink.events('error').map(({ data }) => data.name), ['TypeError'])
      assert.ok(sink.events('viewport').length && sink.events('layout')[0].data.boxes.length > 5)
      assert.ok(sink.requests.some(({ packed }) => packed), 'deflated')
    })

    for (const [how, leave] of [['the next page', (page, sink) => page.goto(sink.url + '/plain')], ['closing the tab', (page) => page.closeTab()]]) {
      scenario(`the last click and the last moves before ${how} arrive`, async (sink, page) => {
        const told = await hear(page)
        await page.glide([50, 60], [450, 260], 500)
        await page.click('#dead')
        const heard = await told()
        await leave(page, sink)
        // Firefox leaves what happened in a closed tab after it was hidden, the unload, to the next page at times; on a busy
        // machine all that it had not sent.
        const isThere = () => clicks(sink).length && (sink.events('visibility').length || kinds(sink).includes('unload'))
        await sink.until(isThere, 'the end').catch((error) => {
          if (name !== 'firefox' || how !== 'closing the tab') throw error
          return page.goto(sink.url + '/two')
        })
        await sink.until(isThere, 'the end')
        assert.deepEqual(clicks(sink), ['dead'])
        assert.deepEqual(unrecorded(sink, heard), [])
      })
    }

    scenario('back from the back/forward cache: a view of its own, which delivers', async (sink, page) => {
      // Which pages are kept is the browser's choice. Firefox reloads one in fifty, with Pulse or without.
      let tries = 0
      do {
        assert.ok(++tries < 6, 'no page was kept')
        await page.goto(sink.url + '/sri')
        await page.evaluate(() => addEventListener('pageshow', ({ persisted }) => { window.persisted = persisted }))
        await page.click('#dead')
        await page.goto(sink.url + '/two')
        await page.back()
      } while (!(await page.evaluate(() => window.persisted)))
      await page.click('#dead')
      await sink.until(() => clicks(sink).length === tries + 1, 'the clicks before and after')
      // The first page, and three each try.
      await sink.until(() => views(sink).size === 1 + 3 * tries, 'each view')
      assert.equal(sink.sessions.length, 1)
    })

    scenario('the server is away for some seconds: every click arrives, none twice', async (sink, page) => {
      for (const mode of [500, 'drop', 'ok']) {
        sink.mode = mode
        await page.click('#live')
        await wait(mode === 'ok' ? 0 : 2500)
      }
      await sink.until(() => clicks(sink).length === 3, 'all clicks', 20_000)
      const seqs = [...sink.batches.values()].map(({ seq }) => seq).sort((a, b) => a - b)
      assert.deepEqual(seqs, seqs.map((_, i) => i), 'no gap')
      assert.equal(sink.duplicates, 0)
    })
  })
}
