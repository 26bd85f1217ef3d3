// The types of events by their numbers on the wire: their places in the server's own list. The first, the
// moves of the mouse, travel in columns.
export const CLICK = 1
export const RAGE_CLICK = 2
export const DEAD_CLICK = 3
export const SCROLL = 4
export const KEYPRESS = 5
export const NAVIGATION = 6
export const VISIBILITY = 7
export const VIEWPORT = 8
export const LAYOUT = 9
export const ERROR = 10
export const CUSTOM = 11
