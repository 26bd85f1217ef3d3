// pulse-server with its three listeners on ports of their own.
import { fromEnvironment, onPorts, start } from './process.mjs'
import { waitUntil } from './wait.mjs'

// No setting of the machine's may reach it, above all no key.
const SETTINGS = ['GEMINI_API_KEY', 'MONGODB_URI', ...Object.keys(process.env).filter((name) => /^PULSE_(?!SERVER$)/.test(name))]
export const BLANK = Object.fromEntries(SETTINGS.map((name) => [name, undefined]))

// `store` is `sqlite:PATH` or `mongodb://...`. `ports` lets a restarted server have those of the one before.
export async function startServer({ ports, ...settings } = {}) {
  return ports ? startOn(ports, settings) : onPorts(3, (ports) => startOn(ports, settings))
}

async function startOn([api, dashboard, demo], { store, args = [], env = {} }) {
  const at = (port) => `127.0.0.1:${port}`
  const flags = ['--demo', '--listen', at(api), '--dashboard-listen', at(dashboard), '--demo-listen', at(demo), '--store', store]
  const server = start(fromEnvironment('SERVER_UNDER_TEST'), [...flags, ...args], { env: { ...BLANK, ...env } })
  // By name, as the tag in people's pages has it.
  const urls = { api: `http://localhost:${api}`, dashboard: `http://localhost:${dashboard}`, shop: `http://localhost:${demo}` }
  try {
    // Its own word that it listens, then its answer: another program may have the port.
    await waitUntil('pulse-server listens', () => new RegExp(`localhost:${api}\\b`).test(server.output()), { within: 30_000, check: server.check })
    await waitUntil('pulse-server is ready', () => answers(`http://${at(api)}/readyz`), { within: 30_000, check: server.check })
  } catch (error) {
    await server.kill()
    throw new Error(`pulse-server did not start:\n${server.output()}`, { cause: error })
  }
  return { ...urls, ports: [api, dashboard, demo], output: server.output, stop: server.stop, kill: server.kill }
}

export async function answers(url) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) })
  await answer.arrayBuffer()
  return answer.ok
}
