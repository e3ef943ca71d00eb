// How much of a message a decoder takes before it gives up. Content is bounded by its reader.

export interface HttpLimits {
  /** Request line or status line, without its CRLF: beyond it 414. */
  readonly startLineBytesMax: number;
  /** All field lines of a head, or of a trailer section: beyond it 431. */
  readonly fieldBytesMax: number;
  /** Field lines in a head or trailer section: beyond it 431. */
  readonly fieldsMax: number;
  /** One line that opens a chunk, extensions included: beyond it 400. */
  readonly chunkLineBytesMax: number;
  /** All chunk extensions of one message: beyond it 400 (RFC 9112 section 7.1.1). */
  readonly chunkExtensionBytesMax: number;
  /** Content nobody asked for that a server still reads to keep the connection. */
  readonly drainBytesMax: number;
}

/** nginx' sizes where it has one (`large_client_header_buffers 4 8k`). */
export const defaultLimits: HttpLimits = {
  startLineBytesMax: 8 * 1024,
  fieldBytesMax: 32 * 1024,
  fieldsMax: 200,
  chunkLineBytesMax: 1024,
  chunkExtensionBytesMax: 16 * 1024,
  drainBytesMax: 64 * 1024,
};
