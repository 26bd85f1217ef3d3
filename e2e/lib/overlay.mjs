// The overlay as a test sees it: its shadow root is closed to pages, and so has to be caught when it is made.

// Remembers the overlay's shadow root in each page of a context, and when its first mark was seen.
export const catchOverlay = (context) =>
  context.addInitScript(() => {
    const attachShadow = Element.prototype.attachShadow
    Element.prototype.attachShadow = function (options) {
      const root = attachShadow.call(this, options)
      if (this.localName !== 'pulse-overlay') return root
      window.overlay = root
      const look = () => {
        if (root.querySelector('.box:not([hidden])')) window.drawnAt = performance.now()
        else requestAnimationFrame(look)
      }
      look()
      return root
    }
  })

// Opens a page's view and follows "On your page". Returns the tab that it opens, with all requests of that tab.
export async function openOnPage(dashboard, page, context) {
  await dashboard.goto(`about:blank`)
  await dashboard.goto(page)
  const button = dashboard.getByRole('button', { name: 'On your page' })
  const requests = []
  const remember = (request) => requests.push(request)
  context.on('request', remember)
  const [tab] = await Promise.all([context.waitForEvent('page'), button.click()])
  return { tab, requests: () => requests.filter((request) => request.frame()?.page() === tab) }
}

// What the panel says and lists.
export const panelOf = (tab) =>
  tab.evaluate(() => {
    const { overlay } = window
    const text = (selector) => overlay.querySelector(selector)?.textContent ?? null
    const rows = (list) =>
      [...list.querySelectorAll('li')].map((row) => ({
        name: row.querySelector('.name')?.textContent,
        count: row.querySelector('b')?.textContent,
        share: row.querySelector('.share')?.textContent,
      }))
    const [here, gone] = overlay.querySelectorAll('ol')
    return { title: text('h2'), few: text('.few'), here: rows(here), gone: gone.hidden ? [] : rows(gone), goneTitle: text('h3') }
  })

export const isDrawn = (tab) => tab.waitForFunction(() => window.overlay?.querySelector('.box'))

// How far the nearest box is from each element that a selector leads to, when the element is in the window, in px; null for
// one that is not shown.
export const distances = (tab, paths) =>
  tab.evaluate(async (paths) => {
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    const found = []
    for (const path of paths) {
      const element = document.querySelector(path)
      if (!element?.checkVisibility()) {
        found.push(null)
        continue
      }
      element.scrollIntoView({ block: 'center', behavior: 'instant' })
      for (let n = 0; n < 3; n++) await frame()
      const sides = (of) => Object.values(of.getBoundingClientRect().toJSON())
      const own = sides(element)
      const boxes = [...window.overlay.querySelectorAll('.box:not([hidden])')].map(sides)
      found.push(Math.min(...boxes.map((box) => Math.max(...box.map((side, i) => Math.abs(side - own[i]))))))
    }
    scrollTo(0, 0)
    return found
  }, paths)
