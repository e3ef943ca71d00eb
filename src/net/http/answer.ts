// What a server answers, as its handler gives it: see server.ts.

import type { Connection } from "../connection.ts";
import type { Content, HeaderField, HttpError } from "./message.ts";
import { reasonPhrase } from "./reason.ts";

/** What a handler answers. The framing fields and `Connection` are added. */
export interface Answer {
  readonly status: number;
  /** Default: the standard phrase. */
  readonly reason?: string;
  readonly headers?: readonly HeaderField[];
  readonly body?: Content;
  /** Why this answer: the `respond` hop's words. */
  readonly why?: string;
  /**
   * With 101, or 2xx to CONNECT: takes the connection over once the head is written, and owns it
   * from then on.
   */
  readonly upgrade?: (connection: Connection) => void | Promise<void>;
}

/** The plain answer to a request that cannot be handled. */
export function plainRefusal(error: HttpError): Answer {
  const { status, message } = error;
  const body = `${status} ${reasonPhrase(status)}: ${message}\n`;
  return { status, headers: [["Content-Type", "text/plain"]], body, why: message };
}

/** The answer's reason phrase. */
export function reasonOf({ status, reason }: Answer): string {
  return reason ?? reasonPhrase(status);
}

/** Whether content is still to come, and of unknown length. */
export function isStream(content: Content): content is AsyncIterable<Uint8Array> {
  return typeof content !== "string" && !(content instanceof Uint8Array);
}
