/** The settings, spelled as the script tag's data attributes are (`data-visitor="off"` is `visitor: 'off'`). */
export interface PulseOptions {
  /** Where the API is, for example `https://pulse.example/api`. */
  api: string
  /** `'off'`: no visitor id is kept, so that visits of one browser cannot be told to belong together. */
  visitor?: 'off'
  /** `'off'`: record even when the browser says Global Privacy Control or Do Not Track. */
  privacySignals?: 'off'
}

export interface Pulse {
  /** Begins to record, unless the visitor forbids it; when the document is parsed, if it is not yet. A second call does nothing. */
  start(): void
  /** Sends what was recorded and stops, on this page. */
  stop(): void
  /** The visitor says no (kept for later visits): stops, and forgets what was not sent. `optOut(false)` takes it back. */
  optOut(out?: boolean): void
  /** An event of the page's own, while recording. `props` takes at most 32 values, and nothing that nests. */
  track(name: string, props?: Record<string, string | number | boolean | null>): void
  /** The session's id while recording, else null. */
  sessionId(): string | null
}

/** A tracker that waits for `start()`. One for each page. */
export function createPulse(options: PulseOptions): Pulse

declare global {
  interface Window {
    /** Set by the script tag. */
    pulse?: Pulse
  }
}
