// A joint, and a selector in which a `>` may stand between quotes.
const STEP = /(>>>|>)?\s*((?:"(?:\\.|[^"\\])*"|[^">])+)/g

/** The steps of an element's path, from the outermost: how each is joined to the one before, and its selector. */
export const stepsOf = (path) => [...path.matchAll(STEP)].map(([, joint = '', selector]) => ({ joint, selector: selector.trim() }))

/** Whether a selector names one element by itself, wherever it is: by an id or a test id. */
export const isNamed = (selector) => /^[#[]/.test(selector)
