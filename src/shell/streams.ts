// What flows between commands: bytes, in chunks. A Pipe joins the output of one command to the
// input of the next.

import { joined, noBytes, text, utf8 } from "../base/bytes.ts";

/** Where a command reads. Null once nothing more will come. */
export interface Input {
  read(): Promise<Uint8Array | null>;
  /** Gives back bytes that were read too far; the next `read` gets them. */
  unread?(bytes: Uint8Array): void;
}

/** Where a command writes. Strings are sent as UTF-8. */
export interface Output {
  write(data: string | Uint8Array): void;
}

export const emptyInput: Input = { read: () => Promise.resolve(null) };

/** Bytes given at once. */
export function inputOf(bytes: Uint8Array): Input {
  let left: Uint8Array | null = bytes.length > 0 ? bytes : null;
  return {
    read() {
      const chunk = left;
      left = null;
      return Promise.resolve(chunk);
    },
    unread: (rest) => void (left = rest),
  };
}

export async function readAll(input: Input): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await input.read(); chunk !== null; chunk = await input.read()) {
    chunks.push(chunk);
  }
  return chunks.length > 0 ? joined(chunks) : noBytes;
}

export async function readText(input: Input): Promise<string> {
  return text(await readAll(input));
}

/** Lines without their line feeds, as they arrive; a last line without one counts too. */
export async function* readLines(input: Input): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for (let chunk = await input.read(); chunk !== null; chunk = await input.read()) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}

/** The text's lines; a final line feed ends the last line and begins none. */
export function linesOf(content: string): string[] {
  if (content === "") return [];
  const lines = content.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Keeps all that is written. */
export class Collector implements Output {
  readonly #chunks: Uint8Array[] = [];

  write(data: string | Uint8Array): void {
    this.#chunks.push(typeof data === "string" ? utf8(data) : data);
  }

  bytes(): Uint8Array {
    return this.#chunks.length > 0 ? joined(this.#chunks) : noBytes;
  }

  text(): string {
    return text(this.bytes());
  }
}

/** An Output that decodes UTF-8 across chunks and hands the text on: a terminal's side. */
export function textOutput(write: (data: string) => void): Output {
  const decoder = new TextDecoder();
  return {
    write(data) {
      const decoded = typeof data === "string" ? data : decoder.decode(data, { stream: true });
      if (decoded !== "") write(decoded);
    },
  };
}

/** The most bytes that wait in a pipe; a writer beyond that is stopped, as a full disk would. */
const pipeBytesMax = 64 * 1024 * 1024;

/** One command's output as another's input. */
export class Pipe implements Input, Output {
  /** Called when the reader went away: there is nobody to write for (SIGPIPE). */
  onReaderGone: (() => void) | undefined;
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #ended = false;
  #readerGone = false;
  #wake: (() => void) | undefined;

  write(data: string | Uint8Array): void {
    if (this.#ended || this.#readerGone) return;
    const bytes = typeof data === "string" ? utf8(data) : data;
    if (bytes.length === 0) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > pipeBytesMax) this.closeReader();
    this.#wake?.();
  }

  unread(bytes: Uint8Array): void {
    this.#waiting.unshift(bytes);
    this.#waitingBytes += bytes.length;
  }

  /** No more will be written. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Nobody will read any more. */
  closeReader(): void {
    if (this.#readerGone) return;
    this.#readerGone = true;
    this.#waiting.length = 0;
    if (!this.#ended) this.onReaderGone?.();
    this.#wake?.();
  }

  async read(): Promise<Uint8Array | null> {
    while (this.#waiting.length === 0) {
      if (this.#ended || this.#readerGone) return null;
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
    const chunk = this.#waiting.shift()!;
    this.#waitingBytes -= chunk.length;
    return chunk;
  }
}
