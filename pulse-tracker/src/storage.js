/** Web storage that may be denied, absent or full: then it reads as empty and writes do nothing. */
const storage = (name) => {
  const attempt = (use) => {
    try {
      return use(window[name])
    } catch {}
  }
  return {
    read: (key) => attempt((store) => store[key]),
    write: (key, value) => attempt((store) => (store[key] = value)),
    erase: (key) => attempt((store) => delete store[key]),
    names: () => attempt(Object.keys) || [],
  }
}

/** Shared by all tabs of the site. */
export const local = storage('localStorage')

/** This tab's own. */
export const tab = storage('sessionStorage')
