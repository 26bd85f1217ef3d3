import { local } from './storage.js'
import { uuid } from './uuid.js'

const KEY = 'pulse.visitor'

/** Forgets by which id this browser is known. */
export const forgetVisitor = () => local.erase(KEY)

/** The id by which this browser is known again on this site; none when storage is denied. */
export const visitor = () => local.read(KEY) || local.write(KEY, uuid())
