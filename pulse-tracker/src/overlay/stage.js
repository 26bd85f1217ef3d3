import style from './overlay.css'
import { node } from './node.js'

// What the page's own style sheets say of every element must not reach the host, and no rule of a shadow root is
// stronger than they are. In the top layer it lies over all of the page, and takes no part in its layout.
const HOST = {
  all: 'initial', display: 'block', position: 'fixed', inset: '0', width: 'auto', height: 'auto', 'max-width': 'none', 'max-height': 'none',
  margin: '0', padding: '0', border: '0', background: 'transparent', overflow: 'hidden', 'pointer-events': 'none', 'z-index': '2147483647',
}

/** A place over the page that the page cannot see into: `marks` lie under `panel`. `remove` takes it away. */
export const stage = (panel) => {
  const host = document.createElement('pulse-overlay')
  for (const [name, value] of Object.entries(HOST)) host.style.setProperty(name, value, 'important')
  const root = host.attachShadow({ mode: 'closed' })
  // A sheet made by a script is no inline style: a strict Content-Security-Policy lets it be.
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(style)
  root.adoptedStyleSheets = [sheet]
  const marks = node('div', { className: 'marks', ariaHidden: 'true' })
  root.append(marks, panel)
  document.documentElement.append(host)
  host.popover = 'manual'
  host.showPopover?.()
  return { marks, remove: () => host.remove() }
}
