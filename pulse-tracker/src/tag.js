import { createPulse } from './createPulse.js'
import { guard } from './guard.js'

// The tag alone is enough: its attributes are the settings, and the API is where the script came from.
guard(({ src, dataset }) => {
  if (window.pulse?.sessionId) return
  window.pulse = createPulse({ api: new URL((dataset.site ? 'sites/' + dataset.site + '/' : '') + 'api', src), ...dataset })
  if (dataset.consent !== 'wait') window.pulse.start()
})(document.currentScript)
