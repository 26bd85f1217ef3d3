// Nothing is lost, nothing arrives twice, and who says no is not recorded.
import assert from 'node:assert/strict'
import { finish, glide, hear, kept, open, openHeld, pass, press, scenarios, strike, unrecorded } from './scenario.mjs'
import { clicks, kinds, views } from './sink.mjs'

const id = (page) => page.evaluate(() => window.pulse.sessionId())

scenarios('delivery', { ignoreDefaultArgs: ['--disable-back-forward-cache'] }, (scenario, desktop) => {
  for (const mode of [500, 'drop']) {
    scenario(`${mode} for some seconds: every click arrives, none twice`, async (sink, page) => {
      await open(sink, page, '/')
      const spot = await page.locator('h1').boundingBox()
      for (let i = 0; i < 8; i++) {
        if (i === 2) {
          await sink.until(() => clicks(sink).length === 2, 'the clicks before')
          sink.mode = mode
        }
        if (i === 6) {
          await sink.until(() => sink.refused > 1, 'the server is away, also at a second try')
          sink.mode = 'ok'
        }
        await page.mouse.click(Math.round(spot.x) + 10 + i, spot.y + 5)
      }
      await sink.until(() => clicks(sink).length >= 8, 'eight clicks', 20_000)
      assert.equal(new Set(sink.events('click').map(({ data }) => data.x)).size, 8)
      assert.deepEqual([sink.sessions.length, sink.duplicates], [1, 0])
      await sink.until(async () => (await kept(page)) === 0, 'nothing is left in storage')
    })
  }

  scenario('the server is away while the page goes: the next page delivers, in the same session, view and seq', async (sink, page) => {
    await open(sink, page, '/')
    const session = await id(page)
    sink.mode = 'drop'
    await press(page, '#dead')
    await page.goto(sink.url + '/plain')
    await sink.until(() => sink.refused, 'a refusal')
    assert.ok((await kept(page)) > 0)
    sink.mode = 'ok'
    await open(sink, page, '/two')
    await sink.until(() => clicks(sink).includes('dead'), 'the click')
    assert.equal(await id(page), session, 'the session goes on')
    const batch = [...sink.batches.values()].find(({ events }) => events.some(({ type }) => type === 'click'))
    assert.equal(batch.session_id, session)
    assert.equal(batch.page_url, sink.url + '/')
    assert.ok(Math.abs(Date.now() - batch.sent_at) < 10_000, 'sent_at is the time of this try')
    await finish(sink, page)
    for (const view of views(sink)) {
      const seqs = [...sink.batches.values()].filter(({ view_id }) => view_id === view).map(({ seq }) => seq)
      assert.deepEqual(seqs.sort(), seqs.map((_, i) => i), 'no gap in seq')
    }
  })

  for (const [how, selector, leave] of [
    ['closing the tab', '#dead', (page) => page.close({ runBeforeUnload: false })],
    ['a link to a page without the tracker', '#away', (page) => page.waitForURL('**/plain')],
  ]) {
    scenario(`the last click before ${how} arrives`, async (sink, page) => {
      await open(sink, page, '/')
      await press(page, selector)
      await leave(page)
      await sink.until(() => kinds(sink).includes('unload'), 'the unload', 4000)
      assert.deepEqual(clicks(sink), [selector.slice(1)])
      assert.equal(sink.events().at(-1).data.kind, 'unload', 'the last event')
    })
  }

  for (const gathers of [true, false]) {
    desktop(`moves up to the end arrive with the tab closed, ${gathers ? 'gathered by the browser' : 'where none gathers them'}`, async (sink, page, context) => {
      if (!gathers) await context.addInitScript(() => { delete EventTarget.prototype.when })
      await open(sink, page, '/two')
      await sink.until(() => sink.batches.size, 'the first batch')
      const told = await hear(page)
      await glide(page, [100, 100], [500, 400], 1000)
      const heard = await told()
      await page.close()
      await sink.until(() => kinds(sink).includes('unload'), 'the unload', 4000)
      // A move between two samples goes with the page.
      assert.deepEqual(unrecorded(sink, heard), [])
    })
  }

  desktop('a server that takes a request and never answers is asked again', async (sink, page) => {
    await open(sink, page, '/two')
    await sink.until(() => sink.batches.size, 'the first batch')
    sink.delay = 60_000
    sink.batches.clear()
    await press(page, 'h1')
    await sink.until(() => sink.requests.length > 2, 'a request')
    sink.delay = 0
    await sink.until(() => sink.duplicates, 'the same once more', 25_000)
  })

  scenario('five minutes offline in an open tab: everything arrives after', async (sink, page, context) => {
    await page.clock.install()
    await page.goto(sink.url + '/')
    await page.clock.runFor(3000)
    await sink.until(() => sink.batches.size, 'the first batch')
    await context.setOffline(true)
    for (let minute = 0; minute < 5; minute++) {
      await strike(page, '#dead', 2)
      await page.clock.runFor(60_000)
    }
    assert.equal(clicks(sink).length, 0)
    await context.setOffline(false)
    await sink.until(async () => {
      await page.clock.runFor(5000)
      return clicks(sink).length >= 10
    }, 'the clicks')
    assert.deepEqual([clicks(sink).length, sink.duplicates], [10, 0])
    const seqs = [...sink.batches.values()].map(({ seq }) => seq)
    assert.deepEqual(seqs, seqs.map((_, i) => i), 'in order, without a gap')
  })

  scenario('batches are packed, what leaves with the page is not, and a browser that cannot pack sends plain text', async (sink, page, context) => {
    await open(sink, page, '/two')
    await sink.until(() => sink.batches.size, 'the first batch')
    assert.ok(sink.requests.every(({ packed }) => packed))
    await press(page, 'h1')
    await page.goto(sink.url + '/plain')
    await sink.until(() => kinds(sink).includes('unload'), 'the unload')
    assert.equal(sink.requests.at(-1).packed, false)
    await context.addInitScript(() => { delete window.CompressionStream })
    const before = sink.requests.length
    await open(sink, page, '/two')
    await sink.until(() => sink.requests.length > before, 'a batch')
    assert.equal(sink.requests.at(-1).packed, false)
  })

  scenario('an answer that was never seen: the next page sends the same once more', async (sink, page) => {
    await open(sink, page, '/')
    await sink.until(() => sink.batches.size, 'the first batch')
    sink.delay = 1000
    await press(page, '#next')
    await page.waitForURL('**/two')
    await sink.until(() => sink.duplicates, 'the repeat')
    assert.deepEqual(clicks(sink), ['next'])
    await finish(sink, page)
    const next = sink.events('navigation').find(({ page_url }) => page_url.endsWith('/two'))
    assert.equal(next.data.from, sink.url + '/')
    assert.equal(sink.sessions.length, 1, 'one session for the visit')
    // A cached page would hear the answer.
  }, { serviceWorkers: 'block' })

  scenario('two tabs are two sessions of one visitor', async (sink, page, context) => {
    await open(sink, page, '/two')
    const other = await context.newPage()
    await open(sink, other, '/two')
    await sink.until(() => sink.sessions.length >= 2, 'two sessions')
    const [first, second] = sink.sessions
    assert.notEqual(first.session_id, second.session_id)
    assert.equal(first.visitor_id, second.visitor_id)
  })

  scenario('a copied tab shares the session, never a view', async (sink, page, context) => {
    await open(sink, page, '/two')
    const [copy] = await Promise.all([context.waitForEvent('page'), page.evaluate(() => { window.open('/two') })])
    await copy.waitForFunction(() => window.pulse?.sessionId())
    assert.equal(await id(copy), await id(page))
    await sink.until(() => views(sink).size === 2, 'views of their own')
    assert.equal(sink.duplicates, 0)
  })

  for (const [signal, init] of [
    ['Global Privacy Control', () => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })],
    ['Do Not Track', () => Object.defineProperty(navigator, 'doNotTrack', { value: '1' })],
  ]) {
    scenario(`${signal} stops it, unless the site overrules`, async (sink, page, context) => {
      await context.addInitScript(init)
      await page.clock.install()
      await page.goto(sink.url + '/')
      await press(page, '#dead')
      await pass(page, 10_000)
      assert.deepEqual(sink.requests, [])
      assert.deepEqual(await page.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage)]), [[], []])
      await open(sink, page, '/overruled')
      await press(page, '#dead')
      await finish(sink, page)
      assert.deepEqual(clicks(sink), ['dead'])
    })
  }

  scenario('consent: nothing before start(), nothing after stop() or optOut()', async (sink, page) => {
    await page.clock.install()
    await page.goto(sink.url + '/wait')
    await press(page, '#dead')
    await pass(page, 10_000)
    assert.deepEqual(sink.requests, [])
    assert.equal(await id(page), null)

    await page.evaluate(() => { window.pulse.start(); window.pulse.start() })
    await press(page, '#live')
    await finish(sink, page)
    await press(page, '#dead')
    await pass(page, 10_000)
    assert.deepEqual(clicks(sink), ['live'])
    assert.equal(sink.sessions[0].visitor_id, null, 'data-visitor="off"')

    await page.evaluate(() => window.pulse.start())
    await press(page, '#dead')
    await page.evaluate(() => {
      history.replaceState({}, '', '?no')
      window.pulse.optOut()
      window.pulse.start()
    })
    await pass(page, 10_000)
    assert.deepEqual(clicks(sink), ['live'], 'what was not sent is forgotten')
    assert.equal(await id(page), null)
    assert.equal(await kept(page), 0)

    await page.evaluate(() => { window.pulse.optOut(false); window.pulse.start() })
    await press(page, '#live')
    await finish(sink, page)
    assert.deepEqual(clicks(sink), ['live', 'live'])
  })

  for (const no of ['stop', 'optOut']) {
    scenario(`${no}() while the page is parsed: nothing is recorded of it`, async (sink, page) => {
      await page.clock.install()
      const parse = await openHeld(sink, page)
      await page.evaluate((no) => window.pulse[no](), no)
      await parse()
      await press(page, '#dead')
      await pass(page, 10_000)
      assert.deepEqual([await id(page), sink.requests], [null, []])
    })
  }

  for (const [where, path] of [['kept', '/wait'], ['not kept, where storage is denied', '/closed']]) {
    scenario(`an opt-out right after the start, ${where}: the server never hears of the visit`, async (sink, page) => {
      await page.clock.install()
      await page.goto(sink.url + path)
      await page.evaluate(() => {
        window.pulse.start()
        window.pulse.optOut()
      })
      await pass(page, 10_000)
      assert.deepEqual([await id(page), sink.requests], [null, []])
    })
  }

  scenario('an opt-out sends nothing of what waits', async (sink, page) => {
    await page.clock.install()
    await open(sink, page, '/')
    sink.mode = 500
    await press(page, '#dead')
    await sink.until(() => sink.refused, 'a failure')
    sink.mode = 'ok'
    await page.evaluate(() => window.pulse.optOut())
    const asked = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await pass(page, 60_000)
    assert.deepEqual(asked, ['/plain'], 'no request but that of the test')
    assert.deepEqual([clicks(sink), await kept(page)], [[], 0])
  })

  scenario('ten errors of its own stop it, until it is started again', async (sink, page) => {
    await open(sink, page, '/')
    await page.evaluate(() => {
      window.closest = Element.prototype.closest
      Element.prototype.closest = () => { throw new Error('ours') }
    })
    for (let i = 0; i < 10; i++) await press(page, '#dead')
    await page.waitForFunction(() => window.pulse.sessionId() === null)
    await page.evaluate(() => {
      Element.prototype.closest = window.closest
      window.pulse.track('unheard')
      window.pulse.start()
    })
    await press(page, '#live')
    await finish(sink, page)
    assert.deepEqual([clicks(sink), sink.events('custom')], [['live'], []])
  })

  scenario('storage denied: it records all the same', async (sink, page) => {
    await page.goto(sink.url + '/sandbox')
    await press(page, '#dead')
    await sink.until(() => clicks(sink).includes('dead'), 'a click')
    assert.equal(await page.evaluate(() => { try { return !localStorage } catch { return 'denied' } }), 'denied')
  })

  scenario('storage full: it records all the same, also while the server is away', async (sink, page) => {
    await open(sink, page, '/')
    const full = await page.evaluate(() => {
      for (let size = 1 << 20, i = 0; size; i++) {
        try { localStorage['fill' + i] = 'x'.repeat(size) } catch { size >>= 1 }
      }
      try { localStorage.more = 'x'.repeat(100) } catch { return true }
    })
    assert.ok(full)
    sink.mode = 500
    await press(page, '#dead')
    await sink.until(() => sink.refused, 'a refusal')
    sink.mode = 'ok'
    await sink.until(() => clicks(sink).includes('dead'), 'the click')
  })

  scenario('back from the back/forward cache: a view of its own', async (sink, page) => {
    await open(sink, page, '/two')
    await page.evaluate(() => { window.alive = true })
    await page.goto(sink.url + '/plain')
    await page.goBack({ waitUntil: 'commit' })
    assert.equal(await page.evaluate(() => window.alive), true, 'the page came from the cache')
    await press(page, 'h1')
    await finish(sink, page)
    assert.deepEqual(kinds(sink), ['load', 'unload', 'load'])
    assert.equal(sink.events('click').length, 1)
    assert.equal(views(sink).size, 2)
    assert.equal(views(sink, sink.sessions[0].session_id).size, 2, 'of the same session')
  })

  scenario('a page rendered beforehand is recorded when it is shown', async (sink, page, context) => {
    await context.addInitScript(() => Object.defineProperty(document, 'prerendering', { value: true, configurable: true }))
    await page.clock.install()
    await page.goto(sink.url + '/two')
    await pass(page, 10_000)
    assert.deepEqual(sink.requests, [])
    await page.evaluate(() => {
      Object.defineProperty(document, 'prerendering', { value: false })
      document.dispatchEvent(new Event('prerenderingchange'))
    })
    await finish(sink, page)
    assert.deepEqual(kinds(sink), ['load'])
  })

  scenario('a tag that is there twice records once', async (sink, page) => {
    await open(sink, page, '/two')
    await page.addScriptTag({ url: sink.api + '/pulse.js' })
    await press(page, 'h1')
    await finish(sink, page)
    assert.equal(sink.events('click').length, 1)
  })
})
