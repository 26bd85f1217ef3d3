export { createPulse } from './createPulse.js'
