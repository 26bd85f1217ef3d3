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
    if (!known) {
      const id = options.visitor === 'off' ? null : visitor()
      box.put('session', [session, id, maskUrl(location.href), document.title, referrer, [innerWidth, innerHeight]])
    }
    onEnd(() => view.drop((session = null)))
    OBSERVERS.map((observe) => guard(observe)(view))
    view.navigate('load')
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
    if (document.prerendering) return listen('prerenderingchange', start)
    begin(maskUrl(document.referrer) || null)
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
