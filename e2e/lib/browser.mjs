// The browser: Chromium as it is installed, driven by playwright-core.
import { chromium } from 'playwright-core'
import { fromEnvironment, onPorts } from './process.mjs'

// Nothing goes to another host: no updates, no sync, no field trials. Playwright makes a new profile for each launch.
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export async function startBrowser(args = []) {
  // Chromium refuses its sandbox to root.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath: fromEnvironment('CHROME'), headless: true, args: [...QUIET, ...asRoot, ...args] })
}

// A browser whose own windows behave as a person's do: a tab that another one covers is hidden, and is told so.
// Playwright otherwise keeps every page visible. `visitor()` opens a tab there; `newContext` works as ever.
export async function startBrowserWithTabs() {
  const [owner, browser] = await onPorts(1, async ([port]) => {
    const owner = await startBrowser([`--remote-debugging-port=${port}`])
    try {
      return [owner, await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true })]
    } catch (cause) {
      await owner.close()
      // Chromium does not say why it does not listen there.
      throw new Error('no answer of the browser: address already in use?', { cause })
    }
  })
  const [context] = browser.contexts()
  const visitor = async (viewport = { width: 1440, height: 900 }) => {
    const problems = watch(context)
    const page = await context.newPage()
    await page.setViewportSize(viewport)
    return { context, problems, page }
  }
  return { browser, visitor, close: () => owner.close() }
}

// A page in a context (visitor) of its own. `problems` is to be empty at the end.
export async function openVisitor(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', ...options })
  const problems = watch(context)
  return { context, problems, page: await context.newPage() }
}

// Remembers what goes wrong in a context's pages: an error, a breach of the page's policy, a failed request, a request
// to another host, a dialog.
function watch(context) {
  const problems = []
  context.setDefaultTimeout(15_000)
  context.on('weberror', (error) => problems.push(`uncaught: ${error.error().message}`))
  context.on('console', (message) => {
    const { url } = message.location()
    // A page that names no icon is asked for one by the browser itself.
    if (message.type() !== 'error' || url.endsWith('/favicon.ico')) return
    problems.push(`console: ${message.text()} (${url})`)
  })
  context.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`)
    return dialog.dismiss()
  })
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    const ours = ['data:', 'blob:', 'about:'].includes(protocol) || ['localhost', '127.0.0.1'].includes(hostname)
    if (!ours) problems.push(`asked another host: ${request.url()}`)
  })
  context.on('requestfailed', (request) => {
    // A page that is left ends its requests itself.
    const reason = request.failure()?.errorText
    if (reason !== 'net::ERR_ABORTED') problems.push(`${request.method()} ${request.url()}: ${reason}`)
  })
  return problems
}
