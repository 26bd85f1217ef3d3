import { guard } from './guard.js'
import { listen } from './listen.js'

/** Changes of the address without a page load: by the history API, the back button or a fragment. */
export const navigation = (view) => {
  let { href } = location

  const look = guard((kind) => {
    const before = href
    href = location.href
    // A step to a fragment comes as popstate as well.
    const step = before.split('#')[0] === href.split('#')[0] ? 'hash' : 'pop'
    if (before !== href) view.navigate(kind || step)
  })
  const restore = ['push', 'replace'].map((kind) => {
    const name = kind + 'State'
    const original = history[name]
    const ours = (history[name] = function (...args) {
      original.apply(this, args)
      look(kind)
    })
    // Unless somebody has wrapped ours since, which then does no harm.
    return () => history[name] === ours && (history[name] = original)
  })
  return [...restore, listen('popstate hashchange', () => look())]
}
