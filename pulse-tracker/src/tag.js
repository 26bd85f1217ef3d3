import { createPulse } from './createPulse.js'
import { guard } from './guard.js'
import { OVERLAY } from './permitted.js'
import { tab } from './storage.js'

// The tag alone is enough: its attributes are the settings, and the API is where the script came from.
guard(({ src, dataset }) => {
  if (window.pulse?.sessionId) return
  // The dashboard opens a page with its own origin at the end of the address, to show a map over it.
  const [address, overlay = tab.read(OVERLAY)] = location.href.split('#pulse.overlay=')
  const options = { api: new URL(dataset.site ? 'sites/' + dataset.site + '/api' : 'api', src), ...dataset, overlay }
  window.pulse = createPulse(options)
  if (overlay) {
    tab.write(OVERLAY, overlay)
    history.replaceState(history.state, '', address)
    // A module needs no nonce of its own under a strict policy, as an element would.
    import(new URL('overlay.js', src)).then(({ show }) => show(options)).catch(guard)
  }
  if (dataset.consent !== 'wait') window.pulse.start()
})(document.currentScript)
