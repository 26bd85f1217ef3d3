import { listen } from './listen.js'

const SAMPLE_MS = 150

/** How far down the page has been read, at most once per 150 ms, and always where it turns and where it rests. */
export const scroll = (view) => {
  let y = scrollY
  let told = y
  let time = 0
  let due = 0
  let direction

  const tell = (turned) => {
    if (told === y) return
    told = y
    due = time + SAMPLE_MS
    // After `scrollY` this costs nothing more.
    const depth = Math.round(((y + innerHeight) / document.documentElement.scrollHeight) * 100)
    view.record('scroll', { depth, y: Math.round(y), direction, turned }, time)
  }
  const rest = view.later(() => tell(false), SAMPLE_MS)

  return listen('scroll', ({ target }) => {
    const now = scrollY
    if (target !== document || now === y) return
    const towards = now > y ? 'down' : 'up'
    const turned = !!direction && towards !== direction
    // The turning point itself, before the way back.
    if (turned) tell(false)
    y = now
    time = Date.now()
    direction = towards
    if (turned || time >= due) tell(turned)
    rest()
  })
}
