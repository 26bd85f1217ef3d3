// The look, for every style sheet that is served. Depth comes from surface colour and spacing: no gradients, no shadow heavier
// than one hairline, quiet hover states, short transitions, and nothing fetched from another host.
const QUIET = 'color|background-color|border(-(top|right|bottom|left))?-color|text-decoration(-[a-z]+)?|opacity'
const list = (layer) => `/^(none|inherit|initial|unset|${layer}(, ?${layer})*)$/`
const anyPrefix = (property) => `/^(-[a-z]+-)?${property}$/`

const TIME = String.raw`(0m?s|(\d{1,2}|1[0-4]\d|150)ms)`
const EASING = String.raw`( (linear|ease[a-z-]*|(cubic-bezier|steps)\([^()]*\)))?`
const PIXEL = '-?(0|(0?\\.\\d+|1)px)'
const COLOUR = String.raw`([a-z]+|#[0-9a-f]{3,8}|[a-z]+\([^()]*\))`

export default {
  rules: {
    'function-disallowed-list': ['/gradient$/i', '/^drop-shadow$/i'],
    'rule-selector-property-disallowed-list': { '/:hover/i': [`/^(?!(${QUIET})$)/i`] },
    // A rule inside a hover rule would escape the rule above.
    'max-nesting-depth': [0, { ignoreAtRules: ['media', 'supports'] }],
    'declaration-property-value-allowed-list': {
      [anyPrefix('transition')]: [list(`(${QUIET}) ${TIME}${EASING}`)],
      [anyPrefix('transition-property')]: [list(`(${QUIET})`)],
      [anyPrefix('transition-duration')]: [list(TIME)],
      [anyPrefix('transition-delay')]: [list('0m?s')],
      // Offsets and spread of at most one pixel, and no blur.
      [anyPrefix('box-shadow')]: [list(`(inset )?${PIXEL} ${PIXEL}( 0(px)?( ${PIXEL})?)? ${COLOUR}`)],
      'text-shadow': ['none'],
    },
    'at-rule-disallowed-list': ['import'],
    'function-url-scheme-disallowed-list': ['http', 'https'],
    'function-url-no-scheme-relative': true,
  },
}
