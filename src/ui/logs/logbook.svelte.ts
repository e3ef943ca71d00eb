// Logs of Pods, followed once however many parts of the page read them.

import type { SandboxConnection, StageKey } from "../../sandbox/protocol.ts";

/** Lines kept of each Pod. */
const linesMax = 2000;

export class Logbook {
  readonly #sandbox: SandboxConnection;
  #lines = $state.raw<Readonly<Record<StageKey, readonly string[]>>>({});
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it
  readonly #readers = new Map<StageKey, number>();

  constructor(sandbox: SandboxConnection) {
    this.#sandbox = sandbox;
    sandbox.on("log", ({ pod, lines }) => {
      if (this.#readers.has(pod)) this.#append(pod, lines);
    });
  }

  /** The lines of a Pod that is followed. */
  of(pod: StageKey): readonly string[] {
    return this.#lines[pod] ?? [];
  }

  /** Follows a Pod until the returned function is called. */
  follow(pod: StageKey): () => void {
    const readers = this.#readers.get(pod) ?? 0;
    this.#readers.set(pod, readers + 1);
    if (readers === 0) {
      this.#keep(pod, []);
      this.#sandbox.call("followLog", pod).then(
        (lines) => this.#keep(pod, [...lines, ...this.of(pod)]),
        (error: unknown) =>
          this.#append(pod, [String(error instanceof Error ? error.message : error)]),
      );
    }
    return () => this.#leave(pod);
  }

  #leave(pod: StageKey): void {
    const left = (this.#readers.get(pod) ?? 1) - 1;
    if (left > 0) {
      this.#readers.set(pod, left);
      return;
    }
    this.#readers.delete(pod);
    this.#sandbox.call("unfollowLog", pod).catch(() => undefined); // the Pod may be gone
  }

  #append(pod: StageKey, lines: readonly string[]): void {
    this.#keep(pod, [...this.of(pod), ...lines]);
  }

  #keep(pod: StageKey, lines: readonly string[]): void {
    this.#lines = { ...this.#lines, [pod]: lines.slice(-linesMax) };
  }
}
