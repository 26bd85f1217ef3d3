import { clicks } from './clicks.js'
import { errors } from './errors.js'
import { CUSTOM } from './eventTypes.js'
import { guard } from './guard.js'
import { keys } from './keys.js'
import { lifecycle } from './lifecycle.js'
import { listen, onEnd, unlisten } from './listen.js'
import { maskUrl } from './maskUrl.js'
import { moves } from './moves.js'
import { navigation } from './navigation.js'
import { outbox } from './outbox.js'
import { OPT_OUT, permitted } from './permitted.js'
import { recorder } from './recorder.js'
import { scroll } from './scroll.js'
import { openSession } from './session.js'
import { local } from './storage.js'
import { uuid } from './uuid.js'
import { viewport } from './viewport.js'
import { forgetVisitor, visitor } from './visitor.js'

// Most pages are on the screen by then.
const LAID_OUT_MS = 500

const OBSERVERS = [errors, viewport, navigation, moves, lifecycle, keys, clicks, scroll]

/** The tracker of one page: `start` records until `stop`, `optOut`, or the page's end. */
export const createPulse = (options) => {
  const box = outbox(options.api)
  let session = null

  const begin = (referrer) => {
    if (!permitted(options)) return
    box.resume()
    const known = openSession()
    view.begin((session = known || uuid()), referrer)
    onEnd(() => view.drop((session = null)))
    OBSERVERS.map((observe) => guard(observe)(view))
    view.navigate('load')
    if (!known) {
      const message = [session, options.visitor === 'off' ? null : visitor(), maskUrl(location.href), document.title, referrer]
      // The sizes a little later: now the browser might have to lay out the page for them alone. The visitor may have said no by then.
      view.later(() => session && box.put('session', [...message, [innerWidth, innerHeight]]), LAID_OUT_MS)()
    }
  }
  const end = () => {
    if (session) view.leave()
    unlisten()
  }
  const view = recorder(box, () => {
    end()
    begin(null)
  })

  const start = guard(() => {
    if (session) return
    // Not while the page is parsed, nor before it is shown.
    const early = document.prerendering || document.readyState === 'loading'
    early ? listen('prerenderingchange readystatechange', start) : begin(maskUrl(document.referrer) || null)
  })

  return {
    start,
    stop: guard(end),
    optOut: guard((out = true) => {
      if (!out) return local.erase(OPT_OUT)
      local.write(OPT_OUT, 1)
      unlisten()
      box.forget()
      forgetVisitor()
    }),
    track: guard((name, props) => view.record(CUSTOM, [name, props])),
    sessionId: () => session,
  }
}
