const FIRST_MS = 1000

// 32 s.
const MOST_DOUBLINGS = 5

/** How long to wait after that many failures in a row: doubling, all of it jitter, so that visitors do not come back all at once. */
export const backoff = (failures) => Math.random() * FIRST_MS * 2 ** Math.min(MOST_DOUBLINGS, failures)
