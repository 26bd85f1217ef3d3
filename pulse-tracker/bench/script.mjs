// What a visitor does for 67 seconds, the same each time: moves at 60 Hz from one thing to the next, clicks, turns the wheel, types.
const FRAME_MS = 1000 / 60
const STOPS = 87
const MOVES = 3600
const BURSTS = [20, 45, 70]
const BURST = 5
const BURST_MS = 120
const WHEEL_EACH = 9
const WHEEL_STEPS = 5
const WHEEL_MS = 60
const WHEEL_PX = 100
const WHEEL_WAYS = [1, 1, -1, 1, 1, -1, 1, -1, 1, 1]
const TYPES_AT = 30
const KEYS = 20
const KEY_MS = 100
const HOLD_MS = 40
const HEADER_PX = 60

/** What the script does, to be compared with what was recorded. */
export const DONE = {
  moves: MOVES,
  clicks: STOPS + BURSTS.length * (BURST - 1),
  bursts: BURSTS.length,
  wheels: WHEEL_WAYS.length * WHEEL_STEPS,
  turns: WHEEL_WAYS.filter((way, i) => i && way !== WHEEL_WAYS[i - 1]).length,
  keys: KEYS,
}

/** Small random numbers from a seed: the same way in every run. */
const random = (seed) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed / 2 ** 32
}

/** Ease in and out, as a hand does. */
const eased = (part) => part * part * (3 - 2 * part)

/**
 * The script as a list of `{ at, ...action }`, for a page whose `places` (centres of what can be clicked, in page
 * pixels) and `fixed` places are known.
 */
export const plan = ({ places, search, pay, height }) => {
  const next = random(7)
  const actions = []
  let at = 0
  let scrolled = 0
  let [x, y] = [400, 300]
  let wheels = 0

  const click = (delay = 0) => {
    actions.push({ at: at + delay, type: 'press', x, y }, { at: at + delay + 10, type: 'release', x, y })
  }
  for (let stop = 0; stop < STOPS; stop++) {
    if (stop && stop % WHEEL_EACH === 0) {
      const way = WHEEL_WAYS[wheels++]
      for (let step = 0; step < WHEEL_STEPS; step++, at += WHEEL_MS) actions.push({ at, type: 'wheel', x, y, dy: way * WHEEL_PX })
      scrolled += way * WHEEL_STEPS * WHEEL_PX
      at += WHEEL_MS
    }
    const seen = places.filter(([, py]) => py - scrolled > HEADER_PX + 30 && py - scrolled < height - 30)
    const [px, py] = seen[Math.floor(next() * seen.length)]
    const target = BURSTS.includes(stop) ? pay : stop === TYPES_AT ? search : [px, py - scrolled]
    const [toX, toY] = target.map((value) => value + Math.round(next() * 6 - 3))
    const steps = Math.round(((stop + 1) * MOVES) / STOPS) - Math.round((stop * MOVES) / STOPS)
    const [fromX, fromY, bow] = [x, y, next() * 80 - 40]
    for (let step = 1; step <= steps; step++, at += FRAME_MS) {
      const part = eased(step / steps)
      x = Math.round(fromX + (toX - fromX) * part)
      y = Math.round(fromY + (toY - fromY) * part + bow * Math.sin(Math.PI * part))
      actions.push({ at, type: 'move', x, y })
    }
    click()
    if (BURSTS.includes(stop)) {
      for (let i = 1; i < BURST; i++) click(i * BURST_MS)
      at += BURST * BURST_MS
    }
    if (stop === TYPES_AT) {
      for (let key = 0; key < KEYS; key++, at += KEY_MS) {
        actions.push({ at: at + 20, type: 'down', key }, { at: at + 20 + HOLD_MS, type: 'up', key })
      }
    }
  }
  // The last wheel group, after everything else.
  while (wheels < WHEEL_WAYS.length) {
    const way = WHEEL_WAYS[wheels++]
    for (let step = 0; step < WHEEL_STEPS; step++, at += WHEEL_MS) actions.push({ at, type: 'wheel', x, y, dy: way * WHEEL_PX })
    at += WHEEL_MS
  }
  return actions.sort((a, b) => a.at - b.at)
}

const mouse = (type) => ({ x, y }) => ['Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 }]
const key = (type) => ({ key }) => {
  const letter = String.fromCharCode(97 + key)
  const code = 'Key' + letter.toUpperCase()
  return ['Input.dispatchKeyEvent', { type, key: letter, code, windowsVirtualKeyCode: 65 + key, text: type === 'keyDown' ? letter : undefined }]
}
const INPUT = {
  move: ({ x, y }) => ['Input.dispatchMouseEvent', { type: 'mouseMoved', x, y }],
  press: mouse('mousePressed'),
  release: mouse('mouseReleased'),
  wheel: ({ x, y, dy }) => ['Input.dispatchMouseEvent', { type: 'mouseWheel', x, y, deltaX: 0, deltaY: dy }],
  down: key('keyDown'),
  up: key('keyUp'),
}

/** Plays `actions` at their times; an input is sent when it is due, whether or not the page has dealt with the one before. */
export const play = async (client, actions, progress = () => {}) => {
  const start = performance.now()
  const sent = []
  for (const action of actions) {
    const wait = action.at - (performance.now() - start)
    if (wait > 1) await new Promise((done) => setTimeout(done, wait))
    sent.push(client.send(...INPUT[action.type](action)))
    progress(action.at)
  }
  await Promise.all(sent)
}
