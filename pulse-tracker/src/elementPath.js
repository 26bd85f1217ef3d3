import { attribute } from './attribute.js'

const MOST_CHARS = 512

// Ids that a framework counts up or makes anew with each build name nothing.
const GENERATED = /\d{4}|:/

// Above everything, so they tell nothing apart.
const ROOTS = /^(html|body)$/

/** One step: an id or test id if there is one, else tag, role and place. */
const step = (element) => {
  const { localName, parentNode } = element
  const id = attribute(element, 'id')
  if (id && !GENERATED.test(id)) return '#' + CSS.escape(id)
  const [test, role] = ['data-testid', 'role'].map((name) => {
    const value = attribute(element, name)
    return value ? `[${name}=${JSON.stringify(value)}]` : ''
  })
  const alike = [...parentNode.children].filter((other) => other.localName === localName)
  return test || localName + role + (alike[1] ? `:nth-of-type(${alike.indexOf(element) + 1})` : '')
}

/** A short and stable selector for the first of `nodes`, which lead from it to the root; `>>>` enters a shadow root. */
export const elementPath = (nodes) => {
  let path = ''
  let joint = ''
  let found
  for (const node of nodes) {
    if (!node.matches) {
      joint = '>>>'
      found = false
    } else if (!found && !(path && ROOTS.test(node.localName))) {
      const name = step(node)
      if ((name + joint + path).length > MOST_CHARS) break
      path = name + joint + path
      joint = '>'
      // Nothing above it is needed.
      found = /^[#[]/.test(name)
    }
  }
  return path
}
