import { LAYERS, STEPS } from './layers.js'
import { drawing, node } from './node.js'
import { caution, nameOf, number, percent, span, visits } from './words.js'

const MOST_ROWS = 100

// On a narrow screen the page comes first.
const NARROW = '(max-width: 700px)'

const icon = (path) => drawing('svg', { viewBox: '0 0 16 16', 'aria-hidden': true }, drawing('path', { d: path }))

const figures = (layer, record, of) => [
  node('b', {}, number(layer.of(record))),
  node('span', { className: 'share' }, percent(layer.share(record, of))),
]

/**
 * The panel beside the page: what is shown, of how many visits, and the elements as a list, which is what those read who
 * do not see the marks. `on` has what its buttons do: `close()`, `choose(layer)`, `go(element)`.
 */
export const panel = (on) => {
  let open = !matchMedia(NARROW).matches
  const title = node('h2', {}, 'Loading the map')
  const about = node('p', { className: 'quiet' })
  const warning = node('p', { className: 'few' })
  const close = node('button', { type: 'button', className: 'bare', title: 'Close (Esc)', ariaLabel: 'Close the map', onclick: on.close }, icon('M4 4l8 8M12 4l-8 8'))
  const segments = LAYERS.map((layer) => node('button', { type: 'button', onclick: () => on.choose(layer) }, layer.name))
  const legend = node('p', { className: 'legend quiet' }, 'Few', ...STEPS.map((_, i) => node('i', { className: `step-${i}` })), 'Many')
  const list = node('ol', { className: 'rows', role: 'list' })
  const gone = node('ol', { className: 'rows', role: 'list' })
  const goneTitle = node('h3')
  const details = node('div', { className: 'details', id: 'details', role: 'region', ariaLabel: 'Elements', tabIndex: 0 }, legend, list, goneTitle, gone)
  const more = node('button', { type: 'button', className: 'bare', ariaLabel: 'List of elements', onclick: () => toggle(!open) }, icon('M4 10l4-4 4 4'))
  more.setAttribute('aria-controls', 'details')
  const body = node('div', {}, node('div', { className: 'segments', role: 'group', ariaLabel: 'What is shown' }, ...segments), details)
  const element = node(
    'section',
    { className: 'panel', role: 'region', ariaLabel: 'Pulse: map of this page' },
    node('header', {}, node('div', { role: 'status' }, title, about, warning), more, close),
    body,
  )
  const toggle = (to) => {
    open = to
    details.hidden = !open
    more.setAttribute('aria-expanded', String(open))
  }
  const wait = (text, isFailed) => {
    title.textContent = text
    about.textContent = warning.textContent = ''
    body.hidden = more.hidden = true
    element.classList.toggle('failed', isFailed)
  }
  wait('Loading the map…', false)
  toggle(open)

  return {
    element,
    /** Says that there is no map, and why. */
    fail: (message) => wait(message, true),
    /** Says that there will be a map soon. */
    wait: () => wait('Loading the map…', false),
    /** Shows a map: `found` is where its elements are, those without a box included. */
    show(map, found, layer) {
      title.textContent = visits(map.sessions)
      about.textContent = `${span(map)}, all widths`
      warning.textContent = caution(map)
      body.hidden = more.hidden = false
      element.dataset.layer = layer.id
      segments.forEach((button, i) => button.setAttribute('aria-pressed', String(LAYERS[i] === layer)))
      const records = map.elements.filter((record) => layer.of(record))
      records.sort((a, b) => layer.of(b) - layer.of(a))
      const row = (record) => {
        const at = found.get(record)
        const { whole } = layer
        const name = nameOf(record, at)
        const texts = [node('span', { className: 'name', title: name }, name), ...figures(layer, record, map.sessions)]
        if (whole) texts.at(-1).title = whole
        return node('li', {}, at ? node('button', { type: 'button', onclick: () => on.go(at) }, ...texts) : node('div', {}, ...texts))
      }
      const here = records.filter((record) => found.has(record))
      const away = records.filter((record) => !found.has(record))
      const rows = (of) => of.slice(0, MOST_ROWS).map(row)
      list.replaceChildren(...rows(here))
      if (!here.length) list.append(node('li', { className: 'none quiet' }, records.length ? 'Nothing of it is on this page now.' : 'Nothing to show.'))
      if (here.length > MOST_ROWS) list.append(node('li', { className: 'none quiet' }, `and ${number(here.length - MOST_ROWS)} more`))
      goneTitle.textContent = `No longer on this page: ${number(away.length)}`
      goneTitle.hidden = gone.hidden = !away.length
      gone.replaceChildren(...rows(away))
    },
  }
}
