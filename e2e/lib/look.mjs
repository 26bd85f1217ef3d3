// What can be said of any page's looks: each returns what is wrong.
import { createRequire } from 'node:module'

const { source: AXE } = createRequire(import.meta.url)('axe-core')

// Runs in the page by the debugger's leave, so the page's policy need not allow it.
export async function axe(page) {
  await page.evaluate(AXE)
  const violations = await page.evaluate(async () => (await window.axe.run({ resultTypes: ['violations'] })).violations)
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`))
}

export async function sidewaysScroll(page) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
  return content > window ? [`${content} px wide in a window of ${window}`] : []
}

export const gradients = (page) =>
  page.evaluate(() => {
    const images = ['backgroundImage', 'borderImageSource', 'maskImage', 'listStyleImage', 'content']
    const found = []
    for (const element of document.querySelectorAll('*')) {
      for (const part of [null, '::before', '::after']) {
        const style = getComputedStyle(element, part)
        for (const name of images) if (style[name]?.includes('gradient(')) found.push(`${element.outerHTML.slice(0, 80)} ${name}`)
      }
    }
    return found
  })

const CONTROLS = 'a[href], button, summary, select, input'
// A list's rows are alike: some of each kind will do.
const OF_A_KIND = 3

// Points at every control, and compares all that is computed of it and where its parts are. Only colours may change.
export async function hoverChanges(page) {
  const controls = await page.evaluateHandle(
    ([selector, most]) => {
      const kinds = {}
      return [...document.querySelectorAll(selector)].filter((element) => {
        if (!element.checkVisibility()) return false
        const kind = element.localName + element.className
        kinds[kind] = (kinds[kind] ?? 0) + 1
        return kinds[kind] <= most
      })
    },
    [CONTROLS, OF_A_KIND],
  )
  const changes = []
  let hovered = 0
  const count = await controls.evaluate((list) => list.length)
  for (let i = 0; i < count; i++) {
    await page.mouse.move(0, 0)
    const [before, [x, y]] = await controls.evaluate(look, i)
    await page.mouse.move(x, y)
    const [after, , pointed] = await controls.evaluate(look, i)
    hovered += pointed
    changes.push(...Object.keys(before).filter((key) => before[key] !== after[key]).map((key) => `${before.name}: ${key} ${before[key]} -> ${after[key]}`))
  }
  if (count > 0 && hovered === 0) changes.push('no control could be pointed at')
  return changes
}

// In the page: what is computed of a control, the middle of it, and whether it is pointed at.
async function look(controls, i) {
  const control = controls[i]
  if (!control.matches(':hover')) control.scrollIntoView({ block: 'center', behavior: 'instant' })
  const frame = () => new Promise(requestAnimationFrame)
  await frame()
  await frame()
  const running = document.getAnimations()
  const slow = running.filter((animation) => animation.effect.getComputedTiming().duration > 150)
  await Promise.all(running.map((animation) => animation.finished.catch(() => {})))
  const COLOUR = /color|opacity|text-decoration|^background|^fill|^stroke|^cursor/
  const style = getComputedStyle(control)
  const said = { name: control.outerHTML.slice(0, 80), slow: slow.length }
  for (const name of style) if (!COLOUR.test(name)) said[name] = style.getPropertyValue(name)
  const places = [control, ...control.querySelectorAll('*')].map((part) => {
    const { x, y, width, height } = part.getBoundingClientRect()
    return [x, y, width, height].map((n) => n.toFixed(2)).join()
  })
  said.places = places.join(' ')
  const { x, y, width, height } = control.getBoundingClientRect()
  return [said, [x + width / 2, y + height / 2], control.matches(':hover') ? 1 : 0]
}
