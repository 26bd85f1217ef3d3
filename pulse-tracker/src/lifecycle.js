import { VISIBILITY } from './eventTypes.js'
import { listen } from './listen.js'

/** The page is hidden, shown, left, or taken back from the back/forward cache. */
export const lifecycle = (view) => {
  listen('visibilitychange', () => {
    view.record(VISIBILITY, [document.visibilityState])
    // A hidden page may never run again.
    if (document.hidden) view.leave()
  })
  listen('pagehide', () => view.leave(true))
  listen('pageshow', ({ persisted }) => persisted && view.renew())
}
