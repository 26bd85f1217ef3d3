// As much of a browser as the modules under test touch, made anew for each test.
import { mock } from 'node:test'
import { named } from '../wire.mjs'

export const START = 1_700_000_000_000

const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })

// What is observed and not yet told of.
const seen = new Map()
class Resizes {
  constructor(told) {
    this.told = told
  }
  observe(target) {
    seen.set(target, this)
  }
  unobserve(target) {
    seen.delete(target)
  }
  disconnect() {
    seen.clear()
  }
}

/** The browser has laid the page out. */
export const resizes = () => {
  for (const [target, { told }] of seen) told([{ target }])
  seen.clear()
}

/** Sets the globals and takes over the clock. */
export const openPage = ({ href = 'https://shop.example/', denied = false } = {}) => {
  mock.timers.reset()
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: START })
  delete EventTarget.prototype.when
  const window = new EventTarget()
  const store = (name) =>
    Object.defineProperty(window, name, {
      configurable: true,
      ...(denied ? { get: () => { throw new Error('denied') } } : { value: {} }),
    })
  store('localStorage')
  store('sessionStorage')
  define('window', window)
  define('addEventListener', window.addEventListener.bind(window))
  define('location', { href })
  define('document', { title: 'Shop' })
  define('navigator', {})
  define('history', { pushState() {}, replaceState() {} })
  // Right now.
  performance.now = () => 2000
  define('CSS', { escape: (text) => text.replace(/[^\w-]/g, '\\$&') })
  define('ResizeObserver', Resizes)
  seen.clear()
  return window
}

/** Both clocks say that the page began `at` ms ago. */
export const clock = (at) => {
  mock.timers.setTime(START + at)
  performance.now = () => at
}

/** Lets `ms` pass, and the promises that became ready on the way. */
export const pass = async (ms) => {
  for (let i = 0; i < 5; i++) await new Promise((done) => setImmediate(done))
  mock.timers.tick(ms)
  for (let i = 0; i < 5; i++) await new Promise((done) => setImmediate(done))
}

/** An event with any properties, also read-only ones. */
export const fire = (target, type, properties = {}) => {
  const event = new Event(type)
  for (const [name, value] of Object.entries(properties)) Object.defineProperty(event, name, { value })
  target.dispatchEvent(event)
}

/** Gives the page as much of observables (https://wicg.github.io/observable/) as gathering needs. */
export const observables = () => {
  EventTarget.prototype.when = function (type, options) {
    const toArray = (stop) =>
      new Promise((done) => {
        const events = []
        const add = (event) => events.push(event)
        this.addEventListener(type, add, options)
        stop(() => done(events, this.removeEventListener(type, add, options)))
      })
    return { first: (fn) => this.addEventListener(type, fn), takeUntil: ({ first }) => ({ toArray: () => toArray(first) }) }
  }
}

/** A view that notes what is recorded and lets a test settle it. */
export const noteView = () => {
  const settlers = []
  const records = []
  return {
    records,
    record: (type, data, time = Date.now()) => records.push({ ...named(type, data), time }),
    onSettle: (fn) => settlers.push(fn),
    onClose() {},
    soon() {},
    alive() {},
    later(fn, ms) {
      let timer
      settlers.push(() => timer && fn())
      return () => {
        clearTimeout(timer)
        timer = setTimeout(() => { timer = 0; fn() }, ms)
      }
    },
    navigate: (kind) => records.push({ type: 'navigate', kind }),
    settle: () => settlers.forEach((fn) => fn()),
  }
}

/** An element of attributes and children, with as much of `matches` as tags, `[role=…]` and `:only-of-type` need. */
export const element = (localName, attributes = {}, children = []) => {
  const alike = () => made.parentNode.children.filter((other) => other.localName === localName)
  const made = {
    localName,
    nodeType: 1,
    children,
    parentNode: { children: [] },
    textContent: '',
    getAttribute: (name) => attributes[name] ?? null,
    getRootNode: () => ({}),
    querySelector: (selector) => children.find((child) => child.closest(selector)) ?? null,
    closest: (selector) => (made.getAttribute(selector.slice(1, -1)) ? made : null),
    get previousElementSibling() {
      const { children } = made.parentNode
      return children[children.indexOf(made) - 1]
    },
    matches: (selector) => (selector === ':only-of-type' ? alike().length < 2 : selector.split(',').some((one) => one === localName || one === `[role=${attributes.role}]`)),
    ...(attributes.text ? { textContent: attributes.text } : {}),
  }
  for (const child of children) child.parentNode = made
  return made
}
