// Pulse's API, as any program would call it.

export async function get(url) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(15_000) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`GET ${url}: ${answer.status} ${text}`)
  return JSON.parse(text)
}

// Posts as the tracker does. `body` is an object, or text or bytes to be sent as they are.
export async function post(url, body, headers = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'text/plain;charset=UTF-8', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: text && JSON.parse(text) }
}

export async function postOk(url, body) {
  const { status, body: answer } = await post(url, body)
  if (status >= 300) throw new Error(`POST ${url}: ${status} ${JSON.stringify(answer)}`)
  return answer
}
