// Serves the page from one origin and takes what recorders send on another, as on a real site; counts every byte.
import { createServer } from 'node:http'
import { readTrack, textOf } from '../test/wire.mjs'
import { html } from './page.mjs'

const read = async (request) => {
  const parts = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts)
}

const posthog = (text) => {
  const form = text.startsWith('data=') && Buffer.from(decodeURIComponent(text.slice(5)), 'base64').toString()
  const message = JSON.parse(form || text)
  return [message.batch ?? message.data ?? message].flat()
}

/** What a recorder sent, as clicks, moves, bursts, turns and keys: by their ids, to tell what came twice. */
const READERS = {
  pulse(messages) {
    const events = messages.filter(({ path }) => path.endsWith('/track')).flatMap(({ text }) => readTrack(text).events)
    const of = (type) => events.filter((event) => event.type === type)
    return {
      clicks: of('click').map(({ timestamp }) => timestamp),
      moves: of('mousemove').length,
      bursts: of('rage_click').length,
      turns: of('scroll').filter(({ data }) => data.turned).length,
      keys: of('keypress').length,
      wireframe: of('layout').reduce((sum, event) => sum + JSON.stringify(event).length, 0),
    }
  },
  posthog(messages) {
    const events = messages.flatMap(({ text }) => posthog(text))
    const heat = events.flatMap(({ properties }) => Object.values(properties?.$heatmap_data ?? {}).flat())
    const clicks = events.filter(({ event, properties }) => event === '$autocapture' && properties.$event_type === 'click')
    return {
      clicks: clicks.map(({ uuid }) => uuid),
      moves: heat.filter(({ type }) => type === 'mousemove').length,
      bursts: events.filter(({ event }) => event === '$rageclick').length,
      turns: 0,
      keys: 0,
    }
  },
  rrweb(messages) {
    const events = messages.flatMap(({ text }) => JSON.parse(text).events)
    const of = (source) => events.filter(({ type, data }) => type === 3 && data.source === source)
    const ys = of(3).map(({ data }) => data.y)
    const ways = ys.map((y, i) => Math.sign(y - (ys[i - 1] ?? 0))).filter(Boolean)
    return {
      clicks: of(2).filter(({ data }) => data.type === 2).map(({ timestamp }) => timestamp),
      moves: of(1).reduce((sum, { data }) => sum + data.positions.length, 0),
      bursts: 0,
      turns: ways.filter((way, i) => i && way !== ways[i - 1]).length,
      keys: of(5).length,
    }
  },
}

export const startSink = async (recorders) => {
  const sink = {
    /** 'ok', a status, or 'drop' (the connection is cut). */
    mode: 'ok',
    sent: [],
    preflights: 0,
    refused: 0,
    bytes: () => sink.sent.reduce((sum, { size }) => sum + size, 0),
    recorded: (name) => READERS[name]?.(sink.sent) ?? {},
    close: () => {
      server.closeAllConnections()
      return new Promise((done) => server.close(done))
    },
  }
  const answer = async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://sink')
    const cors = { 'access-control-allow-origin': request.headers.origin ?? '*', 'access-control-allow-credentials': 'true' }
    if (request.method === 'OPTIONS') {
      sink.preflights++
      return response.writeHead(204, { ...cors, 'access-control-allow-headers': 'content-type' }).end()
    }
    if (request.method === 'POST') {
      const body = await read(request)
      if (sink.mode === 'drop') return sink.refused++, request.socket.destroy()
      if (sink.mode !== 'ok') return sink.refused++, response.writeHead(sink.mode, cors).end()
      sink.sent.push({ path: pathname, size: body.length, text: textOf(body) })
      return response.writeHead(200, { ...cors, 'content-type': 'application/json' }).end('{"status":1}')
    }
    const [, place, name] = pathname.split('/')
    if (place === 'script') return response.writeHead(200, { ...cors, 'content-type': 'text/javascript' }).end(recorders[name.slice(0, -3)])
    const tag = place in recorders && place !== 'none' ? `<script src="${sink.api}/script/${place}.js" async></script>` : ''
    const page = place === 'plain' ? '<!doctype html><title>Plain</title>' : html(tag, { restless: searchParams.has('restless') })
    return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      sink.failed = error
      response.writeHead(500).end()
    })
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address()
  sink.api = `http://127.0.0.1:${port}`
  sink.url = `http://localhost:${port}`
  return sink
}
