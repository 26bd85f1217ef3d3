const FIRST_MS = 1000
const MOST_MS = 30_000

/** How long to wait after that many failures in a row: doubling, all of it jitter, so that visitors do not come back all at once. */
export const backoff = (failures) => Math.random() * Math.min(MOST_MS, FIRST_MS * 2 ** failures)
