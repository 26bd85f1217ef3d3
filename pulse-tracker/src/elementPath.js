import { attribute } from './attribute.js'

const MOST_CHARS = 512

// Ids that a framework counts up or makes anew with each build name nothing.
const GENERATED = /\d{4}|:/

// Needs no quotes.
const PLAIN = /^[a-z][\w-]*$/i

// Above everything, so they tell nothing apart.
const ROOTS = 'html,body'

const named = (element, name) => {
  const value = attribute(element, name)
  return value && `[${name}=${JSON.stringify(value)}]`
}

/** One step: an id or test id if there is one, else tag, role and place. */
const step = (element) => {
  const id = attribute(element, 'id')
  if (id && !GENERATED.test(id)) return PLAIN.test(id) ? '#' + id : named(element, 'id')
  const test = named(element, 'data-testid')
  if (test) return test
  const { localName } = element
  let place = 1
  for (let other = element; (other = other.previousElementSibling); ) place += other.localName === localName
  return localName + named(element, 'role') + (element.matches(':only-of-type') ? '' : `:nth-of-type(${place})`)
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
    } else if (!found && !(path && node.matches(ROOTS))) {
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
