import { tab } from './storage.js'
import { uuid } from './uuid.js'

const KEY = 'pulse.session'

/** A session ends after this long without anything done by the visitor. */
export const IDLE_MS = 30 * 60_000

/** The session of this tab: kept over page loads until it has been idle too long. */
export const openSession = () => {
  const [id, last] = (tab.read(KEY) || '').split(' ')
  return Date.now() - last < IDLE_MS && id
}

/** Notes when the session was last alive. */
export const keepSession = (id, time) => tab.write(KEY, id + ' ' + time)
