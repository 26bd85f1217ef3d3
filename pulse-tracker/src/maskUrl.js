// A parameter is masked when its name speaks of a secret or a person, or when its value
// holds an address. `#` is included: OAuth answers in the fragment.
const SECRET = /([?&#][^=&#]*((token|pass|pwd|secret|session|mail|phone|auth|otp|sig|key|code)[^=&#]*=|=(?=[^&#]*(@|%40))))[^&#]*/gi

/** The address as it may leave the page. */
export const maskUrl = (url) => url.replace(SECRET, '$1***')
