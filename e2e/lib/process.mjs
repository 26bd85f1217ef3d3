// Child processes that are surely ended, and ports that are free.
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'

const running = new Set()
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')))

// The program a variable names; the journeys are run by `cargo xtask test --only e2e`, which sets them.
export function fromEnvironment(variable) {
  const path = process.env[variable]
  if (!path) throw new Error(`${variable} is not set: run the journeys with \`cargo xtask test --only e2e\``)
  return path
}

// Starts a program. `output()` is what it has printed so far; `stop()` asks it to end and waits; `kill()` does not ask. Both
// answer how it ended: its exit code, or the signal.
export function start(program, args, { env = {} } = {}) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  let printed = ''
  const keep = (chunk) => (printed = (printed + chunk).slice(-100_000))
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  let code
  const ended = new Promise((resolve) => {
    const end = (how) => {
      running.delete(child)
      code = how
      resolve(how)
    }
    child.on('error', (error) => end(error.message))
    child.on('close', (exit, signal) => end(exit ?? signal))
  })

  const signal = async (name) => {
    if (code === undefined) child.kill(name)
    const late = setTimeout(() => child.kill('SIGKILL'), 15_000)
    await ended
    clearTimeout(late)
    return code
  }
  return {
    ended,
    output: () => printed,
    // Throws when the program has ended by itself.
    check() {
      if (code !== undefined) throw new Error(`${program} ended (${code}):\n${printed}`)
    },
    stop: () => signal('SIGTERM'),
    kill: () => signal('SIGKILL'),
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
  }
}

// Ports that nobody listens on: all are held at once, so that they differ.
export async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer()
      return new Promise((resolve, reject) => server.on('error', reject).listen(0, '127.0.0.1', () => resolve(server)))
    }),
  )
  const ports = servers.map((server) => server.address().port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
