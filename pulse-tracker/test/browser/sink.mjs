// A server that stands in for Pulse's: serves pages and the built script, takes batches as the real one does
// (a second delivery of a key is a duplicate), and can be told to misbehave.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { isPacked, readSession, readTrack, textOf } from '../wire.mjs'

const script = await readFile(new URL('../../dist/pulse.js', import.meta.url))

const body = async (request) => {
  const parts = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts)
}

/** What was clicked, by its id. */
export const clicks = (sink) => sink.events('click').map(({ data }) => data.element.id)

/** The page views that batches came from; of one session, or of all. */
export const views = (sink, session) =>
  new Set([...sink.batches.values()].flatMap(({ session_id, view_id }) => (!session || session_id === session ? [view_id] : [])))

/** How the page's address changed. */
export const kinds = (sink) => sink.events('navigation').map(({ data }) => data.kind)

export const startSink = async (pages) => {
  const sink = {
    /** 'ok', a status, or 'drop' (the connection is cut). */
    mode: 'ok',
    /** How long an answer takes, after it is stored. */
    delay: 0,
    batches: new Map(),
    sessions: [],
    requests: [],
    duplicates: 0,
    refused: 0,
    /** What the server holds, in the order of the time it happened. */
    events(type) {
      const all = [...sink.batches.values()].flatMap(({ events }) => events)
      return all.filter((event) => !type || event.type === type).sort((a, b) => a.timestamp - b.timestamp)
    },
    async until(holds, what, ms = 8000) {
      const end = Date.now() + ms
      while (Date.now() < end) {
        if (await holds()) return
        await new Promise((done) => setTimeout(done, 20))
      }
      throw new Error(`not within ${ms} ms: ${what}\n${JSON.stringify(sink.events().slice(-20), null, 1)}`)
    },
    close: () => {
      server.closeAllConnections()
      return new Promise((done) => server.close(done))
    },
  }

  const server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://sink').pathname
    const cors = { 'access-control-allow-origin': request.headers.origin ?? '*' }
    if (path === '/pulse.js') return response.writeHead(200, { ...cors, 'content-type': 'text/javascript' }).end(script)
    if (path.startsWith('/api/')) {
      const bytes = await body(request)
      const { method, headers } = request
      const seen = { method, path, type: headers['content-type'], cookie: headers.cookie, packed: isPacked(bytes), bytes, raw: request.rawHeaders }
      sink.requests.push(seen)
      if (sink.mode !== 'ok') {
        sink.refused++
        if (sink.mode === 'drop') return request.socket.destroy()
        return response.writeHead(sink.mode, cors).end()
      }
      const text = textOf(bytes)
      if (path === '/api/session') {
        sink.sessions.push(readSession(text))
        seen.key = sink.sessions.at(-1).session_id
      } else {
        const message = readTrack(text)
        const key = (seen.key = [message.session_id, message.view_id, message.seq].join(':'))
        if (sink.batches.has(key)) sink.duplicates++
        else sink.batches.set(key, message)
      }
      await new Promise((done) => setTimeout(done, sink.delay))
      return response.writeHead(200, { ...cors, 'content-type': 'application/json' }).end('{}')
    }
    const page = pages[path]
    if (!page) return response.writeHead(404).end()
    const headers = Object.entries(page.headers ?? {}).map(([name, value]) => [name, value.replaceAll('SINK', sink.api)])
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...Object.fromEntries(headers) }).end(page.html(sink.api))
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address()
  sink.api = `http://127.0.0.1:${port}`
  sink.url = `http://localhost:${port}`
  return sink
}
