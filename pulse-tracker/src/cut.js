/** At most `most` characters in one line, never half a surrogate pair. */
export const cut = (text, most) => [...text.trim().replace(/\s+/g, ' ')].slice(0, most).join('')
