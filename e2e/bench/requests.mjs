// What the dashboard asks the server for: every request with its time and its bytes on the wire, as Chromium counts them.

export async function follow(page) {
  const client = await page.context().newCDPSession(page)
  const open = new Map()
  const done = []
  await client.send('Network.enable')
  client.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => {
    const { pathname, search } = new URL(request.url)
    open.set(requestId, { path: pathname + search, from: timestamp, status: 0, bytes: 0 })
  })
  client.on('Network.responseReceived', ({ requestId, response }) => {
    const one = open.get(requestId)
    if (one) one.status = response.status
  })
  // An answer that says that nothing changed reaches the page as the one that it had; what came over the wire is told apart.
  client.on('Network.responseReceivedExtraInfo', ({ requestId, statusCode }) => {
    const one = open.get(requestId)
    if (one) one.wire_status = statusCode
  })
  client.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
    const one = open.get(requestId)
    if (one) one.bytes += encodedDataLength
  })
  const end = ({ requestId, timestamp, encodedDataLength }) => {
    const one = open.get(requestId)
    if (!one) return
    open.delete(requestId)
    const { from, ...rest } = one
    done.push({ ...rest, bytes: encodedDataLength ?? one.bytes, ms: (timestamp - from) * 1000 })
  }
  client.on('Network.loadingFinished', end)
  client.on('Network.loadingFailed', end)
  return {
    /** Requests to the API that have ended since this was last called. */
    take: () => done.splice(0).filter(({ path }) => path.includes('/api/')),
    /** Bytes of streams that have not ended, such as server-sent events. */
    streaming: () => [...open.values()].reduce((sum, { bytes }) => sum + bytes, 0),
  }
}
