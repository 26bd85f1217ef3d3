// Waiting for something to become true, within bounds.

// Calls `probe` until it returns something truthy, and returns that. An error of the probe counts as "not yet"; one of
// `check` ends the waiting, because what is waited for can come no more.
export async function waitUntil(what, probe, { within = 10_000, every = 50, check = () => {} } = {}) {
  const deadline = Date.now() + within
  let last
  for (;;) {
    check()
    try {
      const value = await probe()
      if (value) return value
      last = undefined
    } catch (error) {
      last = error
    }
    if (Date.now() >= deadline) throw new Error(`not within ${within} ms: ${what}`, { cause: last })
    await new Promise((resolve) => setTimeout(resolve, every))
  }
}
