// What a container has written, bounded, and how it is read: all, a tail, or as it comes.
// Models kubernetes/pkg/kubelet/kuberuntime/logs.

import type { LogOptions } from "../../api/client.ts";
import { utf8 } from "../../base/bytes.ts";

/** The most bytes kept of one run of a container; the oldest lines go first. */
const logBytesMax = 256 * 1024;

interface Line {
  readonly atMs: number;
  readonly text: string;
}

export class LogBuffer {
  readonly #lines: Line[] = [];
  /** How many lines went before the first that is kept. */
  #dropped = 0;
  #bytes = 0;
  #ended = false;
  #wake: (() => void)[] = [];

  /** @param text one line, without its newline */
  append(atMs: number, text: string): void {
    this.#lines.push({ atMs, text });
    this.#bytes += text.length + 1;
    let surplus = 0;
    while (this.#bytes > logBytesMax && surplus < this.#lines.length - 1) {
      this.#bytes -= this.#lines[surplus++]!.text.length + 1;
    }
    // Cutting seldom and much keeps appending cheap.
    if (surplus > 0) this.#cut(Math.max(surplus, this.#lines.length >> 2));
    this.#notify();
  }

  /** The container is gone: readers that follow come to their end. */
  end(): void {
    this.#ended = true;
    this.#notify();
  }

  /** The lines that `options` ask for, as `kubectl logs` prints them. */
  async *read(options: LogOptions, nowMs: number): AsyncIterable<Uint8Array> {
    let next = this.#dropped + this.#firstOf(options, nowMs);
    for (;;) {
      const from = Math.max(0, next - this.#dropped);
      const lines = this.#lines.slice(from);
      next = this.#dropped + this.#lines.length;
      if (lines.length > 0) yield utf8(lines.map((line) => print(line, options)).join(""));
      if (!options.follow || (this.#ended && next === this.#dropped + this.#lines.length)) return;
      if (next === this.#dropped + this.#lines.length) await this.#change();
    }
  }

  #firstOf({ tailLines, sinceSeconds }: LogOptions, nowMs: number): number {
    let first = 0;
    if (sinceSeconds !== undefined) {
      const sinceMs = nowMs - sinceSeconds * 1_000;
      const found = this.#lines.findIndex(({ atMs }) => atMs >= sinceMs);
      first = found < 0 ? this.#lines.length : found;
    }
    if (tailLines === undefined || tailLines < 0) return first;
    return Math.max(first, this.#lines.length - tailLines);
  }

  #cut(count: number): void {
    for (const { text } of this.#lines.splice(0, count)) this.#bytes -= text.length + 1;
    this.#dropped += count;
    this.#bytes = this.#lines.reduce((sum, { text }) => sum + text.length + 1, 0);
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #notify(): void {
    const wake = this.#wake;
    if (wake.length === 0) return;
    this.#wake = [];
    for (const one of wake) one();
  }
}

function print({ atMs, text }: Line, { timestamps }: LogOptions): string {
  return timestamps ? `${preciseTimestamp(atMs)} ${text}\n` : `${text}\n`;
}

/** RFC 3339 with nanoseconds, as container runtimes stamp their lines. */
function preciseTimestamp(ms: number): string {
  const whole = Math.floor(ms);
  const nanos = Math.round((ms - whole) * 1e6);
  return new Date(whole).toISOString().replace("Z", `${String(nanos).padStart(6, "0")}Z`);
}
