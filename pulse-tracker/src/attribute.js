/** An element's attribute, when it has one that says something. */
export const attribute = (element, name) => element.getAttribute(name) || undefined
