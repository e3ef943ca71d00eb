// Values that one side puts in when it has them and one other side takes when it wants them.

export class AsyncQueue<T> implements AsyncIterable<T> {
  readonly #waiting: T[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  push(value: T): void {
    if (this.#ended) return;
    this.#waiting.push(value);
    this.#wake?.();
  }

  /** No more will come; what waits can still be taken. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Puts in what comes from `source`; `ends`: its end is the queue's. */
  async takeAll(source: AsyncIterable<T>, { ends }: { ends: boolean }): Promise<void> {
    for await (const value of source) this.push(value);
    if (ends) this.end();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    for (;;) {
      while (this.#waiting.length > 0) yield this.#waiting.shift()!;
      if (this.#ended) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
  }
}
