// The whole way: a visitor's mouse in the shop, the tracker, the server, the store, the dashboard, an insight.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { get, postOk } from './lib/api.mjs'
import { openVisitor, startBrowserWithTabs } from './lib/browser.mjs'
import { colours, seeAll, isBlank, isBlue, isGreen, isRed } from './lib/canvas.mjs'
import { positions } from './lib/columns.mjs'
import { distance, sampled } from './lib/mouse.mjs'
import { startServer } from './lib/server.mjs'
import { RAGE, shop } from './lib/shopping.mjs'
import { STORES, needs, openStore } from './lib/stores.mjs'
import { waitUntil } from './lib/wait.mjs'

// Letters alone: they pass through every encoding as they are.
const WORD = [...randomBytes(14)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('')

for (const kind of STORES) describe(`a visit, kept in ${kind}`, needs(kind), () => journey(kind))

function journey(kind) {
  let store, server, tabs, visitor, dashboard, list, visit, id, shown
  // The API's answers about the session, once everything has arrived.
  let answer, events
  const of = (type) => events.filter((event) => event.type === type).map((event) => event.data)
  const card = (name) => dashboard.page.getByTestId(`card-${name}`)
  const figure = async (name) => Number(await card(name).getAttribute('data-value'))

  before(async () => {
    store = await openStore(kind)
    server = await startServer({ store: store.url })
    tabs = await startBrowserWithTabs()
    visitor = await tabs.visitor()
    dashboard = await openVisitor(tabs.browser)
    await dashboard.page.goto(`${server.dashboard}/#/sessions`)
    await dashboard.page.getByRole('heading', { name: 'Add one line to your site.' }).waitFor()
    list = dashboard.page.getByTestId('session-row')

    const sent = visitor.page.waitForRequest((request) => request.url().endsWith('/api/track')).then(() => Date.now())
    const row = list.first().waitFor({ timeout: 30_000 }).then(() => Date.now())
    visit = await shop(visitor.page, server.shop, WORD)
    id = visit.sessions[0]
    shown = (await row) - (await sent)
    await (await visitor.context.newPage()).close()

    const arrived = async () => {
      answer = await get(`${server.api}/api/analytics/${id}`)
      events = answer.events
      return of('visibility').some(({ state }) => state === 'visible') && of('rage_click').length
    }
    await waitUntil('the end of the visit has arrived', arrived, { within: 15_000, every: 200 })
  })
  after(async () => {
    await tabs?.close()
    await server?.stop()
    await store?.close()
  })

  it('is in the list within 3 s of its first batch, as one session', async () => {
    assert.ok(shown <= 3_000, `${shown} ms`)
    assert.deepEqual(new Set(visit.sessions).size, 1)
    assert.equal(await list.count(), 1)
    assert.equal(await list.getAttribute('data-session'), id)
    const { sessions } = await get(`${server.api}/api/sessions`)
    assert.deepEqual(sessions.map((session) => session.session_id), [id])
    assert.ok(events.every((event) => event.session_id === id && Number.isInteger(event.timestamp)))
    assert.equal(answer.summary.completeness, 1)
  })

  it('has every movement, sampled each 50 ms', () => {
    const moves = of('mousemove')
    const { strokes, ways, clicks } = visit.mouse
    // A glide of T ms makes T / 50 samples, its start and where it comes to rest; the way to a click makes one.
    const long = ({ times }) => times.at(-1) - times[0]
    const most = strokes.reduce((sum, stroke) => sum + long(stroke) / 50 + 2, clicks.length)
    // A step that comes a frame too early for its sample is passed over, and the next is a step later: 84 ms at worst.
    const least = strokes.reduce((sum, { times }) => sum + sampled(times, 84), 0)
    assert.ok(moves.length >= least && moves.length <= most, `${least} <= ${moves.length} <= ${most}`)
    for (const move of moves) assert.ok(distance(move, ways) <= 1.5, `${JSON.stringify(move)} is not on the way`)
    for (const { from, to } of strokes) {
      for (const [x, y] of [from, to]) assert.ok(moves.some((move) => move.x === x && move.y === y), `no move at ${x}, ${y}`)
    }
  })

  it('has every click, at its place and with its element, and the rage', () => {
    const clicks = of('click')
    assert.deepEqual(clicks.map(({ x, y }) => [x, y]), visit.mouse.clicks)
    const paths = clicks.map(({ element }) => element.path)
    assert.deepEqual(paths.slice(0, 2), ['#title', '#categories>a:nth-of-type(3)'])
    assert.equal(paths[3], '#add')
    assert.deepEqual(paths.slice(-RAGE.clicks), Array(RAGE.clicks).fill(`#${RAGE.button}`))
    for (const { x, y, element, rx, ry } of clicks) {
      const [left, top, width, height] = element.rect
      assert.ok(Math.abs(left + rx * width - x) <= 1.5 && Math.abs(top + ry * height - y) <= 1.5, 'the place in the box')
    }
    const [x, y] = visit.mouse.clicks.at(-1)
    const hints = of('rage_click')
    assert.deepEqual(hints.map((hint) => [hint.x, hint.y, hint.count, hint.element.id]), [[x, y, RAGE.clicks, RAGE.button]])
    const [burst, ...others] = answer.summary.rage
    assert.deepEqual([burst.count, burst.x, burst.y, burst.element.id, others], [RAGE.clicks, x, y, RAGE.button, []])
    assert.ok(burst.span_ms < 1_000)
  })

  it('has the scrolling: down, the turn, up', () => {
    const scrolls = of('scroll')
    const turn = scrolls.findIndex((scroll) => scroll.turned)
    assert.ok(turn > 0, 'a turn')
    const [down, up] = [scrolls.slice(0, turn), scrolls.slice(turn)]
    assert.ok(down.every(({ direction }) => direction === 'down') && up.every(({ direction }) => direction === 'up'))
    assert.deepEqual([down.at(-1).y, up.at(-1).y], [900, 0])
    assert.ok(scrolls.every(({ depth }) => depth > 0 && depth <= 100))
    assert.ok(down.at(-1).depth > up.at(-1).depth)
  })

  it('has the rhythm of the typing, and no key', () => {
    const presses = of('keypress')
    for (const [field, count] of Object.entries(visit.presses)) {
      const rhythm = presses.filter((press) => press.field === field)
      assert.equal(rhythm.length, count, field)
      assert.equal(rhythm[0].interval_ms, undefined, 'nothing came before the first')
      assert.ok(rhythm.slice(1).every(({ interval_ms }) => interval_ms >= 0 && interval_ms < 60_000))
    }
    const names = new Set(presses.flatMap((press) => Object.keys(press)))
    assert.deepEqual([...names].sort(), ['field', 'hold_ms', 'interval_ms'])
  })

  it('has the pages in order, and the tab hidden and shown', () => {
    const [home, category, product, cart, checkout] = visit.seen
    assert.deepEqual(of('navigation').map(({ kind, url, from }) => [kind, url, from]), [
      ['load', home, undefined],
      ['push', category, home],
      ['unload', category, undefined],
      ['load', product, category],
      ['unload', product, undefined],
      ['load', cart, product],
      ['unload', cart, undefined],
      ['load', checkout, cart],
    ])
    assert.deepEqual(answer.summary.pages.map(({ url }) => url), visit.seen)
    assert.deepEqual(answer.session.pages, [home, product, cart, checkout])
    assert.deepEqual(of('visibility').map(({ state }) => state), ['hidden', 'visible'])
  })

  it('shows its figures on the cards', async () => {
    await list.click()
    const { clicks } = visit.mouse
    await waitUntil('the cards are filled', async () => (await figure('moves')) === of('mousemove').length)
    assert.equal(await figure('clicks'), clicks.length)
    assert.equal(await card('clicks').innerText(), String(clicks.length))
    assert.equal(await figure('rage'), 1)
    assert.equal(await figure('scrolls'), of('scroll').length)
  })

  it('is drawn where it happened', async () => {
    const { page } = dashboard
    const [moves, clicks] = [page.getByTestId('canvas-moves'), page.getByTestId('canvas-clicks')]
    // Without the outlines there is nothing else on the maps.
    for (const group of ['Layers of the trails', 'Layers of the clicks']) {
      await page.getByRole('group', { name: group }).getByRole('button', { name: 'Page outline' }).click()
    }
    const choose = async (address) => {
      const isIt = (url) => url.pathname.endsWith(`/api/analytics/${id}`) && url.searchParams.get('page') === address
      const answered = page.waitForResponse((response) => isIt(new URL(response.url())))
      await page.getByTestId('page-picker').selectOption(address)
      return (await (await answered).json()).map
    }
    const painted = (what, canvas, places, is) =>
      waitUntil(`${what} at ${places.join(' and ')}`, async () => (await colours(canvas, places)).every(is), { within: 5_000 })

    const [home, , , , checkout] = visit.seen
    const map = await choose(home)
    for (const canvas of [moves, clicks]) await seeAll(canvas)
    const { strokes, clicks: made } = visit.mouse
    const corner = [[3, map.document.h - 3]]
    await painted('blue', moves, strokes.slice(0, 2).flatMap(({ from, to }) => [from, to]), isBlue)
    await painted('blue', moves, positions(map.moves).map(({ x, y }) => [x, y]), isBlue)
    await painted('nothing', moves, corner, isBlank)
    await painted('green', clicks, made.slice(0, 3), isGreen)
    await painted('nothing', clicks, [...corner, strokes[0].from], isBlank)

    const { document } = await choose(checkout)
    // The canvas has no scale while the picture of another page is being measured.
    let scale = 0
    await waitUntil('a scale', async () => (scale = Number(await clicks.getAttribute('data-scale'))) > 0)
    await seeAll(clicks)
    scale = Number(await clicks.getAttribute('data-scale'))
    // Beside the burst's number, which is written on its middle.
    const beside = ([x, y]) => [x - 9 / scale, y]
    await painted('red', clicks, [beside(made.at(-1))], isRed)
    await painted('green', clicks, made.slice(-RAGE.clicks - 2, -RAGE.clicks), isGreen)
    await painted('nothing', clicks, [[3, document.h - 3], made[0]], isBlank)
  })

  it('is explained: a problem, insights, recommendations, and who says so', async () => {
    const { page } = dashboard
    await page.getByTestId('generate-insights').click()
    const main = page.getByTestId('insight-main')
    await main.waitFor()
    assert.ok((await main.boundingBox()).y < 450, 'the insights are brought into view')
    assert.equal(await main.count(), 1)
    assert.ok((await main.innerText()).length > 10)
    const insights = await page.getByTestId('insight-item').count()
    const recommendations = await page.getByTestId('insight-recommendation').count()
    assert.ok(insights >= 4 && insights <= 6, `${insights} insights`)
    assert.ok(recommendations >= 3 && recommendations <= 4, `${recommendations} recommendations`)
    assert.match(await page.getByTestId('insight-source').innerText(), /built-in rules/i)
  })

  it('kept nothing that was typed', async () => {
    const address = (page) => `${server.api}/api/heatmap/${id}?page=${encodeURIComponent(page)}`
    const columns = (page) => `${server.api}/api/analytics/${id}?map=true&page=${encodeURIComponent(page)}`
    const answers = [
      await get(`${server.api}/api/sessions`),
      await get(`${server.api}/api/analytics/${id}`),
      ...(await Promise.all(answer.session.pages.map((page) => get(address(page))))),
      ...(await Promise.all(answer.session.pages.map((page) => get(columns(page))))),
      ...(await Promise.all(answer.session.pages.map((page) => get(`${server.api}/api/heatmap?page=${encodeURIComponent(page)}`)))),
      await postOk(`${server.api}/api/analyze/${id}`),
    ].map((body) => JSON.stringify(body))
    for (const text of [...answers, ...(await stored())]) assert.ok(!text.includes(WORD))
    // The same search finds what is there.
    assert.ok(answers.every((text) => text.includes('/checkout') || text.includes(id) || text.includes(server.shop)))
    assert.ok((await stored()).some((text) => text.includes('/checkout')))
  })

  // Everything in the store as text: the bytes of the database's files, or all documents.
  async function stored() {
    if (store.client) {
      const database = store.client.db('pulse')
      const names = (await database.listCollections().toArray()).map(({ name }) => name)
      const all = await Promise.all(names.map((name) => database.collection(name).find().toArray()))
      return all.flat().map((document) => JSON.stringify(document))
    }
    const folder = dirname(store.path)
    const files = await readdir(folder)
    return Promise.all(files.map(async (file) => (await readFile(join(folder, file))).toString('latin1')))
  }

  if (kind === 'mongodb') {
    it('reads as sessions and events in MongoDB', async () => {
      const database = store.client.db('pulse')
      const [session, ...others] = await database.collection('sessions').find().toArray()
      assert.deepEqual(others, [])
      assert.deepEqual([session.session_id, session.page_url], [id, visit.seen[0]])
      assert.ok(session.started_at instanceof Date)
      assert.ok(Math.abs(session.started_at - answer.session.started_at) < 1)

      const documents = await database.collection('events').find({ session_id: id }).toArray()
      assert.equal(documents.length, events.length)
      for (const document of documents) {
        assert.deepEqual(Object.keys(document).sort(), ['data', 'session_id', 'timestamp', 'type'])
        assert.ok(document.timestamp instanceof Date)
      }
      const clicks = await database.collection('events').find({ session_id: id, type: 'click' }).sort({ timestamp: 1 }).toArray()
      assert.deepEqual(clicks.map(({ data }) => [data.x, data.y]), visit.mouse.clicks)

      const plan = JSON.stringify(await database.collection('events').find({ session_id: id, type: 'click' }).explain('queryPlanner'))
      assert.match(plan, /"stage":"IXSCAN"/)
      assert.doesNotMatch(plan, /"COLLSCAN"/)
    })
  }

  it('went without a problem in any page', () => {
    assert.deepEqual([...visitor.problems, ...dashboard.problems], [])
  })
}
