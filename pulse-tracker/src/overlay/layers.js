/**
 * What can be shown, one at a time. `of` is what it counts of an element, `share` which part that is (`[part, whole]`), and
 * `whole` what of. A burst is no part of anything.
 */
export const LAYERS = [
  { id: 'clicks', name: 'Clicks', of: ({ clicks }) => clicks, share: ({ sessions }, visits) => [sessions, visits], whole: 'of visits' },
  { id: 'rage', name: 'Rage', of: ({ rage }) => rage, share: () => [0, 0], whole: '' },
  { id: 'dead', name: 'Dead', of: ({ dead }) => dead, share: ({ dead, clicks }) => [dead, clicks], whole: 'of its clicks' },
  { id: 'errors', name: 'Errors', of: ({ error_clicks }) => error_clicks, share: ({ error_clicks, clicks }) => [error_clicks, clicks], whole: 'of its clicks' },
]

/** Density in six steps of one colour: how much of it each has. */
export const STEPS = [0.08, 0.2, 0.34, 0.5, 0.67, 0.85]

/** The step of a count. A root lets what is rare be seen beside what is common. */
export const stepOf = (count, most) => {
  const strength = Math.min(1, count / Math.max(most, 1)) ** 0.6
  return Math.min(STEPS.length, Math.max(1, Math.ceil(strength * STEPS.length))) - 1
}
