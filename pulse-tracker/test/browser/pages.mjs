import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const script = readFileSync(new URL('../../dist/pulse.js', import.meta.url))
const integrity = 'sha384-' + createHash('sha384').update(script).digest('base64')

// The pages that are visited. The script comes from another origin than they do, as it does on a real site.
const tag = '<script src="SINK/pulse.js" async ATTRIBUTES></script>'

const page = (title, body, { attributes = '', headers } = {}) => ({
  headers,
  html: (sink) =>
    `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>body{margin:0;font:16px sans-serif}nav{position:fixed;top:0;left:0;right:0;height:40px}main{padding:60px 20px}h1,p{margin:16px 0;line-height:24px}button{width:140px;height:40px}</style>
${tag.replace('SINK', sink).replace('ATTRIBUTES', attributes)}${body}</html>`,
})

const shop = `
<nav><a href="/two" id="next">Next page</a> <a href="/plain" id="away">Away</a></nav>
<main>
  <h1>A small shop</h1>
  <p>The offer ends in <span id="clock">0</span></p>
  <button id="dead"><span>Pay now</span></button>
  <button id="live">Add to cart</button>
  <button id="off" disabled>Sold out</button>
  <p id="count">0</p>
  <button id="drum" type="button" data-pulse-no-rage>Drum</button>
  <p id="story">A long story</p>
  <label id="agree"><input type="checkbox" id="box"> I agree</label>
  <form onsubmit="return false"><input id="name" type="text" value="typed before"><input id="secret" type="password"><button id="submit">Send</button></form>
  <div data-pulse-mask><button id="masked">Ann Other</button></div>
  <div data-pulse-ignore><button id="ignored">Private</button></div>
  <svg width="40" height="40"><rect width="40" height="40"/></svg>
  <iframe title="empty" width="60" height="40"></iframe>
  <shadow-box id="host"></shadow-box>
  <p style="height:3000px">A long text</p>
</main>
<script>
  setInterval(() => { clock.textContent++ }, 200)
  live.onclick = () => setTimeout(() => { count.textContent++ }, 50)
  customElements.define('shadow-box', class extends HTMLElement {
    connectedCallback() { this.attachShadow({ mode: 'open' }).innerHTML = '<p><button id="inside">Inside</button></p>' }
  })
</script>`

const many = `<main><h1>Many</h1>${'<div><p>text</p></div>'.repeat(5000)}</main>`

const boxes = `<main><h1>Boxes</h1>
  <div id="list" style="height:100px;overflow:auto"><p style="height:1000px;margin:0">A long list</p></div>
  <div id="quiet" data-pulse-ignore style="height:100px;overflow:auto"><p style="height:1000px;margin:0">A secret list</p></div>
  <div id="room" style="height:200px;overflow:hidden"></div><p style="height:2000px">A long text</p>
</main>`

// A document of its own origin, which storage is denied.
const STORELESS = { 'content-security-policy': 'sandbox allow-scripts' }

export const PAGES = {
  '/boxes': page('Boxes', boxes),
  '/sri': page('Digest', '<main><button id="dead">Pay</button></main>', { attributes: `integrity="${integrity}" crossorigin` }),
  '/': page('Shop', shop),
  '/two': page('Two', '<main><h1>Second</h1><a href="/" id="back">Back</a></main>'),
  '/framed': page('Framed', '<main><iframe src="/inner" width="200" height="80" title="inner"></iframe></main>'),
  '/inner': page('Inner', '<button id="deep">Deep</button>'),
  '/plain': { html: () => '<!doctype html><title>Plain</title><p>no tracker' },
  '/wait': page('Wait', shop, { attributes: 'data-consent="wait" data-visitor="off"' }),
  '/overruled': page('Overruled', shop, { attributes: 'data-privacy-signals="off"' }),
  '/sandbox': page('Sandbox', shop, { headers: STORELESS }),
  '/closed': page('Closed', '<main></main>', { attributes: 'data-consent="wait"', headers: STORELESS }),
  '/csp': page('Strict', '<main><button id="dead">Pay</button></main>', {
    headers: { 'content-security-policy': "default-src 'none'; script-src SINK; connect-src SINK" },
  }),
  '/held': page('Held', '<link rel="stylesheet" href="/held.css"><script>"waits for the styles"</script><main><button id="dead">Pay</button></main>'),
  '/many': page('Many', many),
}
