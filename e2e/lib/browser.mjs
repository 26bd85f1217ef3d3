// The browser: Chromium as it is installed, driven by playwright-core.
import { chromium } from 'playwright-core'
import { fromEnvironment } from './process.mjs'

// Nothing goes to another host: no updates, no sync, no field trials. Playwright makes a new profile for each launch.
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export async function startBrowser() {
  // Chromium refuses its sandbox to root.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath: fromEnvironment('CHROME'), headless: true, args: [...QUIET, ...asRoot] })
}

// A page that remembers what went wrong in it, in a context (visitor) of its own. `problems` is to be empty at the end.
export async function openVisitor(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', ...options })
  const problems = []
  context.on('weberror', (error) => problems.push(`uncaught: ${error.error().message}`))
  context.on('console', (message) => message.type() === 'error' && problems.push(`console: ${message.text()}`))
  context.on('requestfailed', (request) => {
    // A page that is left ends its requests itself.
    const reason = request.failure()?.errorText
    if (reason !== 'net::ERR_ABORTED') problems.push(`${request.method()} ${request.url()}: ${reason}`)
  })
  return { context, problems, page: await context.newPage() }
}
