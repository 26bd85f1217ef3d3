import { local } from './storage.js'

/** Where a visitor's own "no" is kept. */
export const OPT_OUT = 'pulse.off'

/** Where it is kept that this tab shows a map over the page, and for which dashboard. */
export const OVERLAY = 'pulse.overlay'

/**
 * Whether this visitor may be recorded: Global Privacy Control, Do Not Track and an opt-out each forbid it. Who looks at a
 * map is no visitor.
 */
export const permitted = (options) =>
  !options.overlay &&
  !local.read(OPT_OUT) &&
  (options.privacySignals === 'off' || !(navigator.globalPrivacyControl || navigator.doNotTrack > 0))
