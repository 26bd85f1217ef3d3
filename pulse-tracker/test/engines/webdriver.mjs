// Browsers that Chromium's protocol does not reach, by way of their own drivers (https://www.w3.org/TR/webdriver2/).
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'

const onPath = (name) => process.env.PATH.split(delimiter).map((folder) => join(folder, name)).find((path) => existsSync(path))

/** WebKitGTK's own small browser, which distributions keep beside the library. */
const miniBrowser = () => {
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib').map((folder) => join('/usr/lib', folder)) : []
  return folders.flatMap((folder) => ['webkit2gtk-4.1', 'webkitgtk-6.0'].map((version) => join(folder, version, 'MiniBrowser'))).find(existsSync)
}

const headless = process.env.DISPLAY ? [] : ['xvfb-run', '-a']

/** What of an engine is needed: `parts` on this machine, how the driver is started on a port, and what a session is asked for. */
export const ENGINES = {
  firefox: {
    parts: () => ({ geckodriver: onPath('geckodriver'), firefox: onPath('firefox-esr') ?? onPath('firefox') }),
    command: ({ geckodriver }, port) => [geckodriver, '--port', port],
    capabilities: ({ firefox }) => ({ browserName: 'firefox', 'moz:firefoxOptions': { binary: firefox, args: ['-headless'] } }),
  },
  webkit: {
    parts: () => ({ WebKitWebDriver: onPath('WebKitWebDriver'), MiniBrowser: miniBrowser(), ...(headless.length ? { 'xvfb-run': onPath('xvfb-run') } : {}) }),
    command: ({ WebKitWebDriver }, port) => [...headless, WebKitWebDriver, `--port=${port}`],
    capabilities: ({ MiniBrowser }) => ({ browserName: 'MiniBrowser', 'webkitgtk:browserOptions': { binary: MiniBrowser, args: ['--automation'] } }),
  },
}

/** The parts of an engine that this machine lacks. */
export const missing = (engine) => Object.entries(engine.parts()).flatMap(([name, path]) => (path ? [] : [name]))

const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(String(port)))
    })
  })

export const wait = (ms) => new Promise((done) => setTimeout(done, ms))

/** A browser with one page. */
export const launch = async (engine) => {
  const parts = engine.parts()
  const port = await freePort()
  const [program, ...args] = engine.command(parts, port)
  // A group of its own, so that what the driver started ends with it.
  const driver = spawn(program, args, { stdio: 'ignore', detached: true })
  const call = async (method, path, body = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: method === 'POST' ? JSON.stringify(body) : undefined,
    })
    const { value } = await response.json()
    if (!response.ok) throw new Error(`${method} ${path}: ${value.error}, ${value.message}`)
    return value
  }
  const ready = async () => {
    for (let tries = 0; tries < 100; tries++, await wait(100)) {
      if (await call('GET', '/status').catch(() => null)) return
    }
    throw new Error(`${program} does not answer`)
  }
  const end = () => {
    try {
      process.kill(-driver.pid)
    } catch {
      // It has ended by itself.
    }
  }
  try {
    await ready()
    const { sessionId } = await call('POST', '/session', { capabilities: { alwaysMatch: engine.capabilities(parts) } })
    const session = (method, path, body) => call(method, `/session/${sessionId}${path}`, body)
    const mouse = (actions) => session('POST', '/actions', { actions: [{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions }] })
    const page = {
      goto: (url) => session('POST', '/url', { url }),
      back: () => session('POST', '/back'),
      evaluate: (fn, ...args) => session('POST', '/execute/sync', { script: `return (${fn})(...arguments)`, args }),
      /** Closes the tab; another is there, so that the browser stays. */
      async closeTab() {
        const { handle } = await session('POST', '/window/new', { type: 'tab' })
        await session('DELETE', '/window')
        await session('POST', '/window', { handle })
      },
      /** Along a line, some sixty steps a second. */
      glide([fromX, fromY], [toX, toY], ms) {
        const steps = Math.round(ms / 16)
        const at = (part) => ({ x: Math.round(fromX + (toX - fromX) * part), y: Math.round(fromY + (toY - fromY) * part) })
        return mouse(Array.from({ length: steps + 1 }, (_, i) => ({ type: 'pointerMove', duration: i && 16, ...at(i / steps) })))
      },
      async click(selector, times = 1) {
        const [x, y] = await page.evaluate((selector) => {
          const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect()
          return [Math.round(x + width / 2), Math.round(y + height / 2)]
        }, selector)
        const press = [{ type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }, { type: 'pause', duration: 50 }]
        await mouse([{ type: 'pointerMove', duration: 0, x, y }, ...Array.from({ length: times }, () => press).flat()])
      },
      type: (text) =>
        session('POST', '/actions', {
          actions: [{ type: 'key', id: 'keys', actions: [...text].flatMap((value) => [{ type: 'keyDown', value }, { type: 'pause', duration: 30 }, { type: 'keyUp', value }, { type: 'pause', duration: 70 }]) }],
        }),
    }
    return { page, close: () => session('DELETE', '').catch(() => {}).then(end) }
  } catch (error) {
    end()
    throw error
  }
}
