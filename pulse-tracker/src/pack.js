/** A body with gzip, where the browser has it. The server knows it by its first bytes: a header would be preflighted. */
export const pack = async (text) =>
  window.CompressionStream ? new Response(new Response(text).body.pipeThrough(new CompressionStream('gzip'))).arrayBuffer() : text
