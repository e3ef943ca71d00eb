// From callbacks to an async iterable: what is pushed waits until it is read.

export class Channel<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  #wake: (() => void) | undefined;
  #closed = false;
  #onClose: (() => void)[] = [];

  get closed(): boolean {
    return this.#closed;
  }

  push(item: T): void {
    if (this.#closed) return;
    this.#items.push(item);
    this.#wake?.();
  }

  /** Nothing more will come; what is there can still be read. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const then of this.#onClose.splice(0)) then();
    this.#wake?.();
  }

  /** Called once when it closes, or when its reader stops reading. */
  whenClosed(then: () => void): void {
    if (this.#closed) then();
    else this.#onClose.push(then);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    try {
      for (;;) {
        while (this.#items.length > 0) yield this.#items.shift()!;
        if (this.#closed) return;
        await new Promise<void>((resolve) => (this.#wake = resolve));
        this.#wake = undefined;
      }
    } finally {
      this.close();
    }
  }
}
