// Follows Pods' logs for the page, line by line.

import type { Client } from "../api/client.ts";
import { ApiError } from "../api/errors.ts";
import type { Key } from "../api/object.ts";

/** How many of the last lines a follower is given at first. */
const tailLines = 500;

export class Logs {
  readonly #client: Client;
  readonly #tell: (pod: Key, lines: string[]) => void;
  readonly #followed = new Map<Key, { stopped: boolean }>();

  constructor(client: Client, tell: (pod: Key, lines: string[]) => void) {
    this.#client = client;
    this.#tell = tell;
  }

  /** The last lines now; later ones are told as they come. A Pod without a log has no lines. */
  async follow(pod: Key): Promise<readonly string[]> {
    this.unfollow(pod);
    const mark = { stopped: false };
    this.#followed.set(pod, mark);
    const before = await this.#read(pod);
    void this.#tail(pod, before.length, mark);
    return before.slice(-tailLines);
  }

  unfollow(pod: Key): void {
    const mark = this.#followed.get(pod);
    if (mark) mark.stopped = true;
    this.#followed.delete(pod);
  }

  stop(): void {
    for (const pod of [...this.#followed.keys()]) this.unfollow(pod);
  }

  async #read(pod: Key): Promise<string[]> {
    const lines = new Lines();
    try {
      for await (const chunk of this.#client.log(pod)) lines.add(chunk);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
    return lines.take();
  }

  /** Tells every line after the first `known`. Ends with the container, quietly. */
  async #tail(pod: Key, known: number, mark: { stopped: boolean }): Promise<void> {
    const lines = new Lines();
    let skip = known;
    try {
      for await (const chunk of this.#client.log(pod, { follow: true })) {
        if (mark.stopped) return;
        lines.add(chunk);
        const all = lines.take();
        const fresh = all.slice(Math.min(skip, all.length));
        skip -= all.length - fresh.length;
        if (fresh.length > 0) this.#tell(pod, fresh);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
}

/** Bytes cut into whole lines. */
class Lines {
  readonly #decoder = new TextDecoder();
  #rest = "";

  add(chunk: Uint8Array): void {
    this.#rest += this.#decoder.decode(chunk, { stream: true });
  }

  take(): string[] {
    const lines = this.#rest.split("\n");
    this.#rest = lines.pop()!;
    return lines;
  }
}
