import { requestTicket } from './requestTicket.js'

const TIMEOUT_MS = 15_000

/** Why there is no map, in words for people. */
export const NO_MAP = 'The map could not be loaded. Open the page from the dashboard again.'

/**
 * The map of the page at `address`: a ticket of the dashboard's, exchanged for it. As text/plain the request needs no
 * preflight. Rejects with an `Error` whose message is for people.
 */
export const fetchMap = async ({ api, overlay }, address) => {
  const ticket = await requestTicket(overlay, address)
  try {
    const answer = await fetch(`${api}/overlay/map`, {
      method: 'POST',
      body: JSON.stringify({ ticket, page: address }),
      headers: { 'content-type': 'text/plain' },
      credentials: 'omit',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    if (answer.ok) return await answer.json()
  } catch {
    // The answer to a ticket that is refused cannot be read here.
  }
  throw new Error(NO_MAP)
}
