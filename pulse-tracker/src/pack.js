/** A body with zlib's deflate, where the browser has it. The server knows it by its first byte: a header would be preflighted. */
export const pack = async (text) =>
  window.CompressionStream ? new Response(new Response(text).body.pipeThrough(new CompressionStream('deflate'))).arrayBuffer() : text
