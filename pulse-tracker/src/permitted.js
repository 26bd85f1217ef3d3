import { local } from './storage.js'

/** Where a visitor's own "no" is kept. */
export const OPT_OUT = 'pulse.off'

/** Whether this visitor may be recorded: Global Privacy Control, Do Not Track and an opt-out each forbid it. */
export const permitted = (options) =>
  !local.read(OPT_OUT) &&
  (options.privacySignals === 'off' || !(navigator.globalPrivacyControl || navigator.doNotTrack > 0))
