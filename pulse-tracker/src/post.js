const LEAST_MS = 1000
const TIMEOUT_MS = 15_000

// "Later": any other 4xx would be the same the next time.
const LATER = /408|429|5../

/**
 * Sends one body as text/plain (no preflight), in a way that outlives the page. The answer: 0 when the server has
 * dealt with it for good, else the ms to wait at least before the next try (a second when no time was named).
 */
export const post = (url, body) =>
  fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/plain' },
    keepalive: true,
    credentials: 'omit',
    signal: AbortSignal.timeout?.(TIMEOUT_MS),
  }).then(
    ({ status, headers }) => LATER.test(status) && (headers.get('retry-after') * 1000 || LEAST_MS),
    () => LEAST_MS,
  )
