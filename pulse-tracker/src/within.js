/** Nothing done inside is recorded. */
export const IGNORE = '[data-pulse-ignore]'

/** Its text is never read. */
export const MASK = '[data-pulse-mask]'

/** Many clicks are meant here: a drum pad, a game. */
export const NO_RAGE = '[data-pulse-no-rage]'

/** The innermost element that fits on an event's way, which leads through open shadow roots. */
export const within = (event, selector) => event.composedPath().find((node) => node.matches?.(selector))
