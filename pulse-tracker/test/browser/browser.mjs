// The system's Chromium, found by $CHROME or where distributions put it.
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

export const launch = (options = {}) => {
  const executablePath = process.env.CHROME || PLACES.find((path) => existsSync(path))
  if (!executablePath) throw new Error('no Chromium found: install it, or set CHROME to its path')
  return chromium.launch({
    executablePath,
    timeout: 20_000,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    ...options,
  })
}

/** The events that Chromium traces in `categories` while `act` runs. */
export const traced = async (client, categories, act) => {
  const events = []
  client.on('Tracing.dataCollected', ({ value }) => events.push(...value))
  const complete = new Promise((done) => client.once('Tracing.tracingComplete', done))
  await client.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: categories } })
  await act()
  await client.send('Tracing.end')
  await complete
  return events
}

/** Whether a traced event is the browser working out styles or a layout. */
export const isLayout = ({ name }) => name === 'Layout' || name === 'UpdateLayoutTree'
