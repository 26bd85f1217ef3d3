// Child processes that are surely ended, and ports for them.
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'

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

// Below the ports that systems give out by themselves, so that a program finds its own free when it is started again.
const [FIRST, LAST] = [20_000, 29_999]
const TRIES = 10

// Runs `run` with `count` random ports, and with others when one of them turns out to be taken: the error then says so.
export async function onPorts(count, run) {
  for (let tries = 1; ; tries++) {
    const ports = new Set()
    while (ports.size < count) ports.add(randomInt(FIRST, LAST + 1))
    try {
      return await run([...ports])
    } catch (error) {
      if (tries === TRIES || !/address already in use/i.test(error.message)) throw error
    }
  }
}
