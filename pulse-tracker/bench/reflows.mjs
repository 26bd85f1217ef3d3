// Layouts that a recorder forces in what happens often: moves, scrolls, keys. Found in a trace of the browser, on a page whose layout is never clean.
import { isLayout, traced } from '../test/browser/browser.mjs'
import { places, withPage } from './run.mjs'
import { plan, play } from './script.mjs'

const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline']
const HOT = /^(pointermove|mousemove|scroll|wheel|keydown|keyup)$/

/** The layouts and styles in `trace` that were worked out while a script of that name heard one of the hot events. */
const forced = (trace, script) => {
  const within = (outers) => ({ ts, tid }) => outers.some((outer) => outer.tid === tid && outer.ts <= ts && ts <= outer.ts + outer.dur)
  const hot = trace.filter(({ name, ph, args }) => name === 'EventDispatch' && ph === 'X' && HOT.test(args.data?.type))
  const calls = trace.filter(({ name, ph, args }) => name === 'FunctionCall' && ph === 'X' && args.data?.url?.includes(script)).filter(within(hot))
  return trace.filter(isLayout).filter(within(calls)).length
}

/** How many a recorder forces in the first `seconds` of the script. */
export const reflows = (name, recorders, seconds) =>
  withPage(recorders, async ({ sink, page, client }) => {
    await page.goto(`${sink.url}/${name}?restless`)
    await new Promise((done) => setTimeout(done, 2500))
    const actions = plan(await places(page)).filter(({ at }) => at < seconds * 1000)
    const trace = await traced(client, CATEGORIES, () => play(client, actions))
    return forced(trace, `/script/${name}.js`)
  })
