// What variables and properties are called. Brotli likes some names better than others, which no rule foretells: names.json holds
// the best that search.mjs has found. With other sources the same choice is as valid, and a little worse.

/** The n-th name of `letters`: after the last letter come two. */
const nth = (letters, n) => {
  let name = letters[n % letters.length]
  for (n = Math.floor(n / letters.length); n > 0; n = Math.floor(n / letters.length)) name += letters[--n % letters.length]
  return name
}

/** `letters` with each of `swaps`, pairs of places, made. */
export const swapped = (letters, swaps) => {
  const others = [...letters]
  for (const [a, b] of swaps) [others[a], others[b]] = [others[b], others[a]]
  return others
}

/**
 * A choice as the bundle wants it. `letters` is the order in which variables get them, `scopes` what is swapped in it for single
 * functions (by their place in the script), and `properties` the order for properties. `scopes()` is how many functions were named.
 */
export const namesOf = ({ letters, scopes, properties }, { letters: free }) => {
  let scope = -1
  let last = Infinity
  let own
  return {
    variables: {
      // Terser counts from the start again in each scope.
      get(n) {
        if (n <= last) own = swapped(letters, scopes[++scope] ?? [])
        last = n
        return nth(own, n)
      },
    },
    properties: free(properties),
    scopes: () => scope + 1,
  }
}
