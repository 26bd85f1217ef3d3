const SVG = 'http://www.w3.org/2000/svg'

/** A new SVG element with attributes and children. */
export const drawing = (tag, attributes, ...children) => {
  const made = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children)
  return made
}

/** A new element with properties, text or children. Text is text, whatever it says. */
export const node = (tag, properties = {}, ...children) => {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value
    else made.setAttribute(name, value)
  }
  made.append(...children)
  return made
}
