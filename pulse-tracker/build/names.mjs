// What variables and properties are called. Brotli likes some names better than others, which no rule foretells: names.json holds
// the best that search.mjs has found. With other sources the same choice is as valid, and a little worse.

/** The n-th name of `letters`: after the last letter come two. */
const nth = (letters, n) => {
  let name = letters[n % letters.length]
  for (n = Math.floor(n / letters.length); n > 0; n = Math.floor(n / letters.length)) name += letters[--n % letters.length]
  return name
}

/** All of `letters`, those of `first` before the others. */
export const order = (letters, first = '') => [...first, ...[...letters].filter((letter) => !first.includes(letter))]

/**
 * A choice as the bundle wants it. `letters` is the order in which variables get them, `scopes` the letters that single functions
 * (by their place in the script) take first, and `properties` the order for properties. `used()` is what each function took.
 */
export const namesOf = ({ letters, scopes, properties }, { letters: free }) => {
  const used = []
  let last = Infinity
  let own
  return {
    variables: {
      // Terser counts from the start again in each scope.
      get(n) {
        if (n <= last) {
          own = order(letters, scopes[used.length])
          used.push('')
        }
        last = n
        used[used.length - 1] = own.slice(0, n + 1).join('')
        return nth(own, n)
      },
    },
    properties: free([...properties]),
    used: () => used,
  }
}
