/**
 * A random UUID: the browser names blobs by one on any page, where `crypto.randomUUID` wants a secure one.
 * The empty blob goes with the page.
 */
export const uuid = () => URL.createObjectURL(new Blob()).slice(-36)
