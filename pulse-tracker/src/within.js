/** Nothing done inside is recorded. */
export const IGNORE = '[data-pulse-ignore]'

/** Its text is never read. */
export const MASK = '[data-pulse-mask]'

/** Many clicks are meant here: a drum pad, a game. */
export const NO_RAGE = '[data-pulse-no-rage]'

/** The innermost element around `node` that fits, also out of the shadow roots that it is in. */
export const within = (node, selector) =>
  node?.closest && (node.closest(selector) || within(node.getRootNode().host, selector))
