// What is recorded, with which data, on real Chromium.
import assert from 'node:assert/strict'
import { isLayout, traced } from './browser.mjs'
import { centre, clickAt, finish, frames, glide, hear, idle, open, openHeld, pass, pause, press, scenarios, strike } from './scenario.mjs'
import { clicks, kinds } from './sink.mjs'

scenarios('capture', {}, (scenario, desktop, phone) => {
  scenario('a page load: session, navigation first, sizes, wireframe', async (sink, page) => {
    const start = Date.now()
    await open(sink, page, '/?token=abc&colour=red')
    await sink.until(() => sink.events('layout').length && sink.sessions.length, 'the wireframe')
    const session_id = await page.evaluate(() => window.pulse.sessionId())
    await finish(sink, page)
    const url = `${sink.url}/?token=***&colour=red`
    const [{ visitor_id, sent_at, ...session }] = sink.sessions
    assert.match(session_id, /^[\da-f-]{36}$/)
    assert.ok(Math.abs(sent_at - start) < 10_000)
    assert.match(visitor_id, /^[\da-f-]{36}$/)
    const { dpr, ...viewport } = await page.evaluate(() => ({ w: innerWidth, h: innerHeight, dpr: devicePixelRatio }))
    assert.deepEqual(session, { session_id, page_url: url, referrer: null, viewport, title: 'Shop' })

    const events = sink.events()
    assert.deepEqual(events[0].data, { url, from: null, kind: 'load' })
    const doc_h = await page.evaluate(() => document.documentElement.scrollHeight)
    assert.deepEqual(sink.events('viewport').at(-1).data, { ...viewport, doc_w: viewport.w, doc_h, dpr })

    const { boxes } = sink.events('layout').at(-1).data
    const box = (label) => boxes.find(({ l }) => l === label)
    assert.equal(box('Next page').k, 'link')
    assert.deepEqual([box('Pay now').k, ...box('Pay now').r.slice(2)], ['button', 140, 40])
    for (const kind of ['heading', 'text', 'input', 'image', 'other']) assert.ok(boxes.some(({ k }) => k === kind), kind)
    const text = JSON.stringify(boxes)
    for (const secret of ['A small shop', 'typed before', 'Ann Other', 'Private']) assert.ok(!text.includes(secret), secret)
  })

  for (const gathers of [true, false]) desktop(`the mouse is sampled every 50 ms, and its way kept, ${gathers ? 'gathered by the browser' : 'where none gathers it'}`, async (sink, page, context) => {
    if (!gathers) await context.addInitScript(() => { delete EventTarget.prototype.when })
    await open(sink, page, '/two')
    assert.equal(await page.evaluate(() => 'when' in window), gathers)
    const told = await hear(page)
    await glide(page, [100, 100], [700, 500], 2000)
    await sink.until(() => sink.events('mousemove').at(-1)?.data.x === 700, 'where it comes to rest')
    await finish(sink, page)
    const moves = sink.events('mousemove')
    const heard = await told()
    const took = heard.at(-1) - heard[0]
    const most = took / 50 + 3
    // As many as are 50 ms apart: a busy machine delivers moves late and several at once.
    const least = heard.reduce(([count, last], time) => (time - last >= 50 ? [count + 1, time] : [count, last]), [0, -Infinity])[0]
    assert.ok(moves.length <= most && moves.length >= least, `${moves.length} of ${least} to ${most}, ${heard.length} heard in ${took} ms`)
    for (let i = 1; i < moves.length; i++) assert.ok(moves[i].timestamp - moves[i - 1].timestamp >= 33)
    for (const { data } of moves) assert.ok(Math.abs((data.x - 100) / 600 - (data.y - 100) / 400) < 0.01, 'on the line')
    assert.deepEqual(moves.at(-1).data, { x: 700, y: 500 }, 'where it came to rest')
    // Up to 50 ms later it is still there; 5 ms for two clocks of the browser.
    const late = (i) => moves.at(i).timestamp - heard.at(i)
    assert.ok(Math.abs(late(0)) <= 5 && Math.abs(late(-1) - 25) <= 30, `${late(0)} and ${late(-1)} ms`)
  })

  desktop('the mouse comes to rest where it stops, wherever that is; over what is to be ignored it is not seen, in a shadow root it is', async (sink, page) => {
    await open(sink, page, '/')
    const box = async (selector) => page.locator(selector).boundingBox()
    const [ignored, inside] = [await box('#ignored'), await box('#inside')]
    const [x, y] = [ignored.x + 20, ignored.y + 20]
    // Some stop between two samples: of each way the end counts.
    const stops = []
    for (let i = 1; i <= 8; i++) {
      const to = [600 + i * 20, 100 + i * 30]
      await glide(page, [600, 90], to, 40 + i * 13)
      stops.push(to)
      await idle(page, 200)
    }
    await sink.until(() => sink.events('mousemove').length > 8, 'moves without a click or another move')
    await glide(page, [x, y], [x + 60, y], 200)
    await glide(page, [inside.x + 5, inside.y + 5], [inside.x + 25, inside.y + 5], 200)
    await sink.until(() => sink.events('mousemove').at(-1).data.x === Math.round(inside.x + 25), 'where it comes to rest')
    await finish(sink, page)
    const moves = sink.events('mousemove').map(({ data }) => data)
    for (const [x, y] of stops) assert.ok(moves.some((move) => move.x === x && move.y === y), `${x}, ${y}`)
    const within = (box) => moves.filter((move) => move.x >= box.x && move.x < box.x + box.width && move.y >= box.y && move.y < box.y + box.height).length
    assert.equal(within(ignored), 0)
    assert.ok(within(inside) >= 2)
  })

  desktop('a click: page coordinates, element, box, place within it', async (sink, page) => {
    await open(sink, page, '/')
    await page.evaluate(() => scrollTo(0, 30))
    const { x, y } = await page.locator('#dead').boundingBox()
    await page.mouse.click(x + 35, y + 10)
    await clickAt(page, '#next', { button: 'right' })
    await clickAt(page, '#away', { button: 'middle' })
    await clickAt(page, '#off')
    await finish(sink, page)
    const [dead, right, middle, off] = sink.events('click').map(({ data }) => data)
    assert.deepEqual(dead, {
      x: x + 35,
      y: y + 40,
      button: 0,
      element: {
        path: '#dead',
        tag: 'button',
        id: 'dead',
        label: 'Pay now',
        rect: [x, y + 30, 140, 40],
        interactive: true,
      },
      rx: 0.25,
      ry: 0.25,
    })
    assert.deepEqual([right.button, right.element.fixed, right.element.tag], [2, true, 'a'])
    assert.equal(middle.button, 1)
    assert.equal(off.element.id, 'off', 'a disabled button is clicked too')
  })

  desktop('what only the browser knows of a click: selected text, many clicks meant, the kind of a field', async (sink, page) => {
    await open(sink, page, '/')
    const spot = await centre(page, '#story')
    await page.mouse.click(...spot)
    await page.mouse.dblclick(40, spot[1])
    await clickAt(page, '#drum')
    await clickAt(page, '#box')
    await clickAt(page, '#name')
    await finish(sink, page)
    const facts = sink.events('click').map(({ data: { selected, element } }) => [element.id, selected, element.no_rage, element.role])
    assert.deepEqual(facts, [
      ['story', undefined, undefined, undefined],
      ['story', undefined, undefined, undefined],
      ['story', true, undefined, undefined],
      ['drum', undefined, true, 'button'],
      ['box', undefined, undefined, 'checkbox'],
      ['name', undefined, undefined, 'textbox'],
    ])
  })

  desktop('only pointers click: not scripts, a label once, Enter, nor what is to be ignored', async (sink, page) => {
    await open(sink, page, '/')
    await page.evaluate(() => document.querySelector('#live').click())
    await clickAt(page, '#agree')
    await page.focus('#name')
    await page.keyboard.press('Enter')
    await clickAt(page, '#ignored')
    await page.mouse.wheel(0, 1)
    await clickAt(page, '#masked')
    await finish(sink, page)
    const clicked = sink.events('click').map(({ data }) => data.element)
    assert.deepEqual(clicked.map(({ id }) => id), ['agree', 'masked'])
    assert.equal(clicked[1].label, undefined)
    const bytes = JSON.stringify(sink.events())
    assert.ok(!/Ann Other|Private/.test(bytes))
  })

  scenario('rage is one hint for each burst, a dead click one for each click that nothing answers', async (sink, page) => {
    await page.clock.install()
    await open(sink, page, '/')
    await page.waitForFunction(() => document.querySelector('#clock').textContent > 2)
    // However long three taps take, each a gesture of its own: for the page they are a burst.
    await pause(page)
    for (let i = 0; i < 3; i++) {
      await strike(page, '#dead', 1)
      await page.clock.runFor(100)
    }
    await page.clock.resume()
    await sink.until(() => sink.events('dead_click').length === 3, 'the dead clicks')
    for (let i = 1; i <= 3; i++) {
      await press(page, '#live')
      await page.waitForFunction((count) => document.querySelector('#count').textContent === String(count), i)
      // Three within a second would be a burst.
      await idle(page, 600)
    }
    // Dead clicks are told in their order: after this one, the others had their answer.
    await press(page, '#dead')
    await sink.until(() => sink.events('dead_click').at(-1).timestamp === sink.events('click').at(-1).timestamp, 'the last dead click')
    await finish(sink, page)
    const rage = sink.events('rage_click')
    assert.deepEqual(rage.map(({ data }) => [data.count, data.element.id, data.span_ms]), [[3, 'dead', 200]])
    const dead = sink.events('dead_click')
    assert.deepEqual(dead.map(({ data }) => [data.element.id, data.waited_ms]), Array(4).fill(['dead', 2500]))
    const times = (events) => events.map(({ timestamp }) => timestamp)
    assert.deepEqual(times(dead), times(sink.events('click').filter(({ data }) => data.element.id === 'dead')))
  })

  scenario('a page that is about to go tells the burst at once', async (sink, page) => {
    await page.clock.install()
    await open(sink, page, '/')
    await pause(page)
    await strike(page, '#dead', 5)
    await page.goto(sink.url + '/plain')
    await sink.until(() => sink.events('rage_click').length, 'the burst')
    assert.deepEqual(sink.events('rage_click').map(({ data }) => data.count), [5])
    assert.deepEqual(sink.events('dead_click'), [])
  })

  scenario('shadow roots are entered', async (sink, page) => {
    await open(sink, page, '/')
    await press(page, '#inside')
    await finish(sink, page)
    const [{ element }] = sink.events('click').map(({ data }) => data)
    assert.deepEqual([element.path, element.label, element.interactive], ['#host>>>#inside', 'Inside', true])
  })

  scenario('a frame with the tag is a view of its own in the same session', async (sink, page) => {
    await open(sink, page, '/framed')
    const frame = page.frameLocator('iframe')
    await frame.locator('#deep').click()
    await sink.until(() => sink.events('click').length, 'a click')
    const [{ data, page_url }] = sink.events('click')
    assert.deepEqual([data.element.path, page_url], ['#deep', sink.url + '/inner'])
    await finish(sink, page)
    const batches = [...sink.batches.values()]
    assert.equal(new Set(batches.map(({ session_id }) => session_id)).size, 1)
    assert.equal(new Set(batches.map(({ view_id }) => view_id)).size, 2)
  })

  desktop('scrolling: depth, direction, turns, rest', async (sink, page) => {
    await open(sink, page, '/')
    let to = 0
    for (const dy of [300, 300, 600, -400, 1000]) {
      await page.mouse.wheel(0, dy)
      await page.waitForFunction((y) => scrollY === y, (to += dy))
      await frames(page)
    }
    const y = await page.evaluate(() => scrollY)
    const doc_h = await page.evaluate(() => document.documentElement.scrollHeight)
    await finish(sink, page)
    const scrolls = sink.events('scroll').map(({ data }) => data)
    assert.equal(scrolls.at(-1).y, y)
    assert.equal(scrolls.at(-1).depth, Math.round(((y + 700) / doc_h) * 100))
    assert.deepEqual(scrolls.filter(({ turned }) => turned).map(({ direction }) => direction), ['up', 'down'])
    assert.ok(scrolls.some((scroll) => scroll.y === 1200 && scroll.direction === 'down'), 'the turning point')
  })

  scenario('a box in the page has a depth of its own, and leaves the page its own', async (sink, page) => {
    await open(sink, page, '/boxes')
    await frames(page)
    for (const top of [100, 300, 250]) {
      await page.evaluate((top) => { list.scrollTop = top }, top)
      await frames(page)
    }
    await page.evaluate(() => { quiet.scrollTop = 100 })
    await page.evaluate(() => scrollTo(0, 40))
    await frames(page)
    await finish(sink, page)
    const scrolls = sink.events('scroll').map(({ data }) => [data.element, data.depth, data.y, data.direction, !!data.turned])
    assert.deepEqual(scrolls.slice(0, 3), [['#list', 20, 100, 'down', false], ['#list', 40, 300, 'down', false], ['#list', 35, 250, 'up', true]])
    assert.deepEqual(scrolls.slice(3).map(([element, , y]) => [element, y]), [[undefined, 40]], 'data-pulse-ignore holds here, too')
  })

  scenario('typing is rhythm alone: no key leaves the page', async (sink, page) => {
    await page.clock.install()
    await open(sink, page, '/')
    await pause(page)
    const type = async (text) => {
      for (const key of text) {
        await page.keyboard.down(key)
        await page.clock.runFor(40)
        await page.keyboard.up(key)
        await page.clock.runFor(60)
      }
    }
    await page.focus('#name')
    await type('xyzz')
    await page.keyboard.down('Shift')
    await type('Y')
    await page.keyboard.up('Shift')
    await page.focus('#secret')
    await type('hunter2')
    await finish(sink, page)
    const keys = sink.events('keypress').map(({ data }) => data)
    assert.deepEqual(keys.map(({ field }) => field), [...Array(5).fill('text'), ...Array(7).fill('password')])
    assert.deepEqual(keys.map(({ interval_ms }) => interval_ms), [null, ...Array(4).fill(100), null, ...Array(6).fill(100)])
    for (const { hold_ms } of keys) assert.equal(hold_ms, 40)
    const bytes = JSON.stringify([...sink.batches.values()])
    assert.ok(!/xyzz|hunter|Key[A-Z]|Digit|typed before/.test(bytes))
  })

  scenario('a router: each address has batches of its own', async (sink, page) => {
    await open(sink, page, '/')
    await page.evaluate(() => history.pushState({}, '', '/cart?code=1'))
    await press(page, '#dead')
    await page.evaluate(() => history.replaceState({}, '', '/checkout'))
    await page.evaluate(() => { location.hash = 'pay' })
    await page.evaluate(() => new Promise((done) => { addEventListener('popstate', done, { once: true }); history.go(-2) }))
    await sink.until(() => sink.events('viewport').length && sink.events('layout').length, 'sizes and wireframe after the router')
    await finish(sink, page)
    const path = (url) => url && url.slice(sink.url.length)
    assert.deepEqual(
      sink.events('navigation').map(({ data, page_url }) => [data.kind, path(data.from), path(data.url), path(page_url)]),
      [
        ['load', null, '/', '/'],
        ['push', '/', '/cart?code=***', '/cart?code=***'],
        ['replace', '/cart?code=***', '/checkout', '/checkout'],
        ['hash', '/checkout', '/checkout#pay', '/checkout#pay'],
        ['pop', '/checkout#pay', '/', '/'],
      ],
    )
    assert.equal(path(sink.events('click')[0].page_url), '/cart?code=***')
  })

  desktop('moves belong to the address at which they were made', async (sink, page) => {
    await open(sink, page, '/two')
    await glide(page, [100, 100], [300, 200], 400)
    await page.evaluate(() => history.pushState({}, '', '/cart'))
    await glide(page, [300, 200], [100, 100], 400)
    await finish(sink, page)
    const { timestamp: changed } = sink.events('navigation').at(-1)
    const moves = sink.events('mousemove')
    for (const { timestamp, page_url } of moves) assert.equal(page_url.endsWith('/cart'), timestamp > changed, `${timestamp - changed} ms`)
    assert.equal(new Set(moves.map(({ page_url }) => page_url)).size, 2)
  })

  for (const api of ['the history API alone', 'the Navigation API']) {
    scenario(`a router that uses ${api}`, async (sink, page, context) => {
      const modern = api !== 'the history API alone'
      if (!modern) await context.addInitScript(() => Object.defineProperty(window, 'navigation', { value: undefined }))
      await open(sink, page, '/two')
      await page.evaluate(async (modern) => {
        if (modern) {
          window.navigation.addEventListener('navigate', (event) => event.canIntercept && event.intercept())
          await window.navigation.navigate('/cart').finished
        } else history.pushState({}, '', '/cart')
        history.replaceState({}, '', '/pay')
        history.replaceState({}, '', '/pay')
        await new Promise((done) => { addEventListener('popstate', done, { once: true }); history.back() })
      }, modern)
      await finish(sink, page)
      const steps = sink.events('navigation').map(({ data }) => [data.kind, data.url.slice(sink.url.length)])
      assert.deepEqual(steps, [['load', '/two'], ['push', '/cart'], ['replace', '/pay'], ['pop', '/two']])
      assert.equal(await page.evaluate(() => /native code/.test(history.pushState)), true, 'given back, or never touched')
    })
  }

  scenario('what a page tells by itself: track(name, props)', async (sink, page) => {
    await open(sink, page, '/two')
    await page.evaluate(() => {
      const endless = {}
      endless.self = endless
      for (const props of [{ price: 9.5, gift: true }, undefined, endless, { huge: 'x'.repeat(1e6) }]) window.pulse.track('bought', props)
    })
    await finish(sink, page)
    assert.deepEqual(sink.events('custom').map(({ data }) => data), [{ name: 'bought', props: { price: 9.5, gift: true } }, { name: 'bought', props: null }])
  })

  scenario('a wireframe again when a tenth of the elements have come or gone, and none for less', async (sink, page) => {
    await page.clock.install()
    await open(sink, page, '/boxes')
    await sink.until(() => sink.events('layout').length, 'a wireframe')
    const add = (count) => page.evaluate((count) => { for (let i = 0; i < count; i++) room.append(Object.assign(document.createElement('button'), { textContent: 'New' })) }, count)
    await add(1)
    await pass(page, 4500)
    assert.equal(sink.events('layout').length, 1)
    await add(20)
    await sink.until(() => sink.events('layout').length === 2, 'the new layout')
    assert.equal(sink.events('layout')[1].data.boxes.filter(({ l }) => l === 'New').length, 21)
    assert.equal(sink.events('viewport').length, 1, 'the document is as large as before')
  })

  scenario('a wireframe again when a class or a style shows and hides; what changes all the time asks for none', async (sink, page) => {
    await page.clock.install()
    await open(sink, page, '/boxes')
    await page.evaluate(() => {
      document.head.insertAdjacentHTML('beforeend', '<style>.dialog { display: none } .dialog.open { display: block; position: fixed; top: 0 }</style>')
      room.insertAdjacentHTML('beforeend', '<div class="dialog" id="dialog"><button>Accept</button></div><div style="position: absolute" id="slide"><button>Offer</button></div>')
      let at = 0
      window.turn = () => { slide.style.left = `${++at * 20}px` }
      window.turn()
    })
    const has = (name) => sink.events('layout').at(-1)?.data.boxes.some(({ l }) => l === name)
    // The first may have been drawn just before.
    await sink.until(() => has('Offer'), 'a wireframe')
    assert.ok(!has('Accept'))
    const first = sink.events('layout').length
    await page.evaluate(() => { window.turning = setInterval(window.turn, 1000) })
    await pass(page, 6000)
    const moved = sink.events('layout').length
    assert.ok(moved <= first + 1, 'nothing was known of it at first')
    await pass(page, 4000)
    assert.equal(sink.events('layout').length, moved)
    await page.evaluate(() => dialog.classList.add('open'))
    await sink.until(() => has('Accept'), 'the dialog')
    await page.evaluate(() => { clearInterval(window.turning); dialog.classList.remove('open') })
    assert.equal(sink.events('viewport').length, 1, 'the document is as large as before')
  })

  scenario('sizes again when the window or the document changes', async (sink, page) => {
    await open(sink, page, '/')
    await page.setViewportSize({ width: 800, height: 600 })
    await sink.until(() => sink.events('viewport').some(({ data }) => data.w === 800 && data.h === 600), 'the resize')
    await sink.until(() => sink.events('layout').length, 'a wireframe')
    const [before] = sink.events('layout').slice(-1)
    await page.evaluate(() => document.querySelector('h1').insertAdjacentHTML('beforebegin', '<div style="height:777px"></div>'))
    await sink.until(() => sink.events('layout').at(-1).timestamp !== before.timestamp, 'a wireframe of the new layout')
    const heights = sink.events('viewport').map(({ data }) => data.doc_h)
    assert.equal(heights.at(-1) - heights.at(-2), 777)
  })

  scenario('visibility, and everything sent at once when hidden', async (sink, page) => {
    await page.clock.install()
    await open(sink, page, '/two')
    await press(page, 'h1')
    await pause(page)
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
      Object.defineProperty(document, 'hidden', { value: true, configurable: true })
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
    })
    await sink.until(() => sink.events('visibility').length, 'hidden')
    const { sent_at, events } = [...sink.batches.values()].find(({ events }) => events.some(({ type }) => type === 'visibility'))
    assert.equal(sent_at, events.find(({ type }) => type === 'visibility').timestamp, 'while the clock stands: without waiting for the two seconds')
    assert.equal(sink.events('visibility')[0].data.state, 'hidden')
    assert.equal(sink.events('click').length, 1)
  })

  phone('390 px and a finger: a tap is a click, a swipe is no mouse', async (sink, page, context) => {
    await open(sink, page, '/')
    const { x, y } = await page.locator('#dead').boundingBox()
    await page.touchscreen.tap(x + 70, y + 20)
    const client = await context.newCDPSession(page)
    const touch = (type, ...touchPoints) => client.send('Input.dispatchTouchEvent', { type, touchPoints })
    await touch('touchStart', { x: 200, y: 600 })
    for (let dy = 20; dy <= 400; dy += 20) await touch('touchMove', { x: 200, y: 600 - dy })
    await touch('touchEnd')
    await page.waitForFunction(() => scrollY > 200)
    await frames(page)
    await finish(sink, page)
    assert.equal(sink.events('click').length, 1, 'a swipe is no click either')
    const [{ data }] = sink.events('click')
    assert.deepEqual([data.element.id, data.x, data.y, data.rx, data.ry], ['dead', x + 70, y + 20, 0.5, 0.5])
    assert.equal(sink.sessions[0].viewport.w, 390)
    assert.deepEqual(sink.events('mousemove'), [])
    assert.ok(sink.events('scroll').at(-1).data.y > 200, 'the swipe scrolled')
  })

  scenario('errors that the page does not catch', async (sink, page) => {
    await open(sink, page, '/two')
    await page.evaluate(async () => {
      setTimeout(() => { throw new TypeError('first') })
      setTimeout(() => Promise.reject(new RangeError('second')))
      await new Promise((done) => document.body.append(Object.assign(new Image(), { onerror: done, src: '/missing.png' })))
    })
    await sink.until(() => sink.events('error').length >= 2, 'two errors')
    await finish(sink, page)
    assert.deepEqual(sink.events('error').map(({ data }) => data), [
      { name: 'TypeError', message: 'first' },
      { name: 'RangeError', message: 'second' },
    ])
  }, { fails: true })

  scenario('10,000 nodes: at most 200 boxes, quickly', async (sink, page) => {
    await open(sink, page, '/many')
    const client = await page.context().newCDPSession(page)
    await client.send('Performance.enable', { timeDomain: 'threadTicks' })
    const spent = async () => (await client.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'ScriptDuration').value
    await press(page, 'h1')
    await sink.until(() => sink.events('layout').length && sink.events('click').length, 'a wireframe and a click')
    assert.equal(sink.events('layout')[0].data.boxes.length, 200)
    assert.ok((await spent()) < 0.15, `${await spent()} s of script on the main thread since the page began`)
  })

  scenario('a script that comes while the page is parsed waits for the rest of it', async (sink, page) => {
    const parse = await openHeld(sink, page)
    assert.deepEqual(await page.evaluate(() => [window.pulse.sessionId(), document.readyState]), [null, 'loading'])
    await parse()
    await press(page, '#dead')
    await finish(sink, page)
    assert.deepEqual([kinds(sink)[0], ...clicks(sink)], ['load', 'dead'])
  })

  desktop('the page is never laid out for the tracker alone', async (sink, page, context) => {
    const client = await context.newCDPSession(page)
    const trace = await traced(client, ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'disabled-by-default-devtools.timeline.stack'], async () => {
      const parse = await openHeld(sink, page)
      await parse()
      await sink.until(() => sink.events('layout').length, 'the wireframe')
    })
    const layouts = trace.filter(isLayout)
    assert.ok(layouts.length, 'there were some')
    assert.deepEqual(layouts.filter(({ args }) => args.beginData?.stackTrace?.some(({ url }) => url.startsWith(sink.api))), [])
  })

  scenario('a tracker that never comes holds nothing up', async (sink, page) => {
    await page.route('**/pulse.js', () => {})
    await page.goto(sink.url + '/', { waitUntil: 'domcontentloaded' })
    await press(page, '#live')
    await page.waitForFunction(() => document.querySelector('#count').textContent === '1')
  })

  scenario('a script with its digest in the page (SRI)', async (sink, page) => {
    await open(sink, page, '/sri')
    await press(page, '#dead')
    await finish(sink, page)
    assert.equal(sink.events('click').length, 1)
  })

  scenario('a strict CSP needs the one origin alone', async (sink, page) => {
    await open(sink, page, '/csp')
    await press(page, '#dead')
    await finish(sink, page)
    assert.equal(sink.events('click').length, 1)
  })
})
