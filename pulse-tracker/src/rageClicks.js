import { RAGE_CLICK } from './eventTypes.js'

const RADIUS_PX = 50
const WINDOW_MS = 1000
const QUIET_MS = 1000
const THIRD = 2

/**
 * A hint of rage, one for each burst, when it is over: three clicks or more, each near the FIRST
 * (or a burst could wander), some three of them within a second.
 * Its place is that of the middle one.
 */
export const rageClicks = (view) => {
  let run = []

  const isBurst = () => run.some(({ time }, i) => run[i + THIRD]?.time - time <= WINDOW_MS)
  const end = () => {
    if (isBurst()) {
      const count = run.length
      const { time } = run[0]
      const { x, y, element } = run[count >> 1]
      view.record(RAGE_CLICK, [x, y, count, run.at(-1).time - time, element], time)
      run = []
    }
    // No burst: the search goes on from the second click.
    run.shift()
  }
  const quiet = view.later(() => {
    while (run.length) end()
  }, QUIET_MS)

  return (click) => {
    while (
      run.length &&
      (click.time - run.at(-1).time > QUIET_MS || Math.hypot(run[0].x - click.x, run[0].y - click.y) > RADIUS_PX)
    )
      end()
    run.push(click)
    quiet()
  }
}
