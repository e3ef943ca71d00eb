// Content on its way out: which framing fields a message gets, and the writing of its content.

import { noBytes, utf8 } from "../../base/bytes.ts";
import type { Connection } from "../connection.ts";
import type { Encoder } from "./encoder.ts";
import { contentLength } from "./framing.ts";
import type { Content, HeaderField } from "./message.ts";
import { HttpError } from "./message.ts";
import { equalsIgnoreCase } from "./syntax.ts";

/** A message ready to be encoded. */
export interface Outgoing {
  /** The caller's fields with exactly one framing. */
  readonly headers: HeaderField[];
  /** Content that is here already. */
  readonly known: Uint8Array;
  /** Content that is still to come. */
  readonly stream: AsyncIterable<Uint8Array> | undefined;
  readonly by: "length" | "chunks" | "close";
  /** Bytes that `stream` must give when framed by length. */
  readonly lengthBytes: number;
}

export interface OutgoingOptions {
  /** How content of unknown length is delimited. */
  readonly streamBy: "chunks" | "close";
  /** Whether content may follow this head at all (not for HEAD, 204, 304). */
  readonly bodiless?: boolean;
  /** The status of the HttpError for framing fields that contradict the content. */
  readonly invalid: number;
}

/**
 * Settles the framing. The caller's Transfer-Encoding is dropped: the framing is ours. A given
 * Content-Length must agree with content that is here, and frames content that is to come.
 */
export function outgoing(
  given: readonly HeaderField[],
  content: Content | undefined,
  { streamBy, bodiless = false, invalid }: OutgoingOptions,
): Outgoing {
  const headers: HeaderField[] = [];
  let length: string | undefined;
  for (const field of given) {
    const name = field[0];
    if (name.length === 17 && equalsIgnoreCase(name, "transfer-encoding")) continue;
    if (name.length === 14 && equalsIgnoreCase(name, "content-length")) {
      if (length !== undefined && length !== field[1]) {
        throw new HttpError(invalid, "two different values of Content-Length");
      }
      if (length !== undefined) continue;
      length = field[1];
    }
    headers.push(field);
  }
  const known = typeof content === "string" ? textBytes(content) : content;
  const announced = length === undefined ? undefined : contentLength(length);
  if (length !== undefined && announced === undefined) {
    throw new HttpError(invalid, `invalid Content-Length: ${length}`);
  }
  if (known === undefined || known instanceof Uint8Array) {
    const bytes = known?.length ?? 0;
    if (announced === undefined) {
      if (known !== undefined) headers.push(["Content-Length", String(bytes)]);
    } else if (announced !== bytes && !(bodiless && bytes === 0)) {
      throw new HttpError(
        invalid,
        `Content-Length is ${announced}, the content has ${bytes} bytes`,
      );
    }
    const out = bodiless ? noBytes : (known ?? noBytes);
    return { headers, known: out, stream: undefined, by: "length", lengthBytes: 0 };
  }
  const by = announced !== undefined ? "length" : streamBy;
  if (by === "chunks") headers.push(["Transfer-Encoding", "chunked"]);
  const stream = bodiless ? undefined : known;
  return { headers, known: noBytes, stream, by, lengthBytes: announced ?? 0 };
}

/** Small content travels with its head in one array. */
export const togetherBytesMax = 16 * 1024;

/** UTF-8; short ASCII without the way through the host's encoder. */
function textBytes(text: string): Uint8Array {
  if (text.length > 256) return utf8(text);
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return utf8(text);
    out[i] = code;
  }
  return out;
}

/**
 * Writes the content that is still to come, and counts it in `written`. Throws what the stream
 * throws, and HttpError when it does not keep the announced length: tear the connection down.
 */
export async function writeStream(
  connection: Connection,
  encoder: Encoder,
  { stream, by, lengthBytes }: Outgoing,
  written = { bytes: 0 },
): Promise<void> {
  for await (const piece of stream!) {
    if (by === "length" && written.bytes + piece.length > lengthBytes) {
      throw new HttpError(500, `more content than the ${lengthBytes} bytes announced`);
    }
    if (piece.length === 0) continue;
    written.bytes += piece.length;
    const waiting = connection.write(by === "chunks" ? encoder.chunk(piece) : piece);
    if (waiting) await waiting;
  }
  if (by === "length" && written.bytes !== lengthBytes) {
    throw new HttpError(500, `content of ${written.bytes} bytes, ${lengthBytes} were announced`);
  }
  if (by === "chunks") await connection.write(encoder.lastChunk());
}
