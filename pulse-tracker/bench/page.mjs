// The page that everything is measured on: 300 elements, of which the buttons answer, but for one.
const CARDS = 40

const card = (_, n) =>
  `<li><img alt="" width="80" height="60"><h3><a href="#item-${n + 1}">Item ${n + 1}</a></h3><p>Some words about it.</p><button>Add to cart</button><span>0</span></li>`

const STYLE = `
body{margin:0;font:16px/20px sans-serif}
header{position:fixed;top:0;left:0;right:0;height:60px;background:#fff}
main{padding:80px 20px}
ul{display:grid;grid-template-columns:repeat(4,1fr);gap:20px;padding:0;list-style:none}
li{height:240px}
h3,p{margin:10px 0}
button{height:40px}`

/** The page with `script` as the recorder; `restless` keeps its layout dirty, so that whoever reads it forces one. */
export const html = (script, { restless = false } = {}) => `<!doctype html>
<html lang="en"><head><title>A shop</title><style>${STYLE}</style>${script}</head><body>
<header><a href="#home">Home</a> <a href="#offers">Offers</a> <a href="#help">Help</a> <a href="#cart">Cart</a> <input id="search"> <button id="pay">Pay now</button></header>
<main><h1>A shop</h1><p id="note">Everything in it.</p><div></div><ul>${Array.from({ length: CARDS }, card).join('')}</ul></main>
<script>
addEventListener('click', (event) => {
  if (event.target.closest('a')) event.preventDefault()
  const count = event.target.matches('li button') && event.target.nextSibling
  if (count) count.textContent++
})
${restless ? "setInterval(() => { note.style.width = 100 + Date.now() % 300 + 'px' }, 1)" : ''}
</script></body></html>`
