/** An element's attribute; empty when it has none. */
export const attribute = (element, name) => element.getAttribute(name) || ''
