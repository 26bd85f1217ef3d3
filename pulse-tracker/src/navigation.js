import { guard } from './guard.js'
import { listen, onEnd } from './listen.js'

/** Changes of the address without a page load: by a router, the back button or a fragment. */
export const navigation = (view) => {
  let { href } = location

  const look = guard((kind) => {
    const before = href
    href = location.href
    if (before !== href) view.navigate(before.split('#')[0] === href.split('#')[0] ? 'hash' : kind)
  })
  // The Navigation API tells of all of them, without a change to anything of the page's. An element may have that name, too.
  if (window.navigation?.currentEntry) {
    return listen('currententrychange', ({ navigationType }) => look(navigationType), window.navigation)
  }
  for (const kind of ['push', 'replace']) {
    const name = kind + 'State'
    const original = history[name]
    const ours = (history[name] = function (...args) {
      original.apply(this, args)
      look(kind)
    })
    // Unless somebody has wrapped ours since, which then does no harm.
    onEnd(() => history[name] === ours && (history[name] = original))
  }
  listen('popstate hashchange', () => look('pop'))
}
