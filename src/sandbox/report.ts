// What a crash report says: the error, and everything needed to come there again. It stays on
// the learner's machine unless he sends it.

const callsMax = 300;
const argumentCharsMax = 2_000;

export class Report {
  #opening = "";
  #calls: string[] = [];

  /** Another hotel opens: what came before has no part in it. */
  opened(name: string, args: readonly unknown[]): void {
    this.#opening = line(name, args);
    this.#calls = [];
  }

  called(name: string, args: readonly unknown[]): void {
    this.#calls.push(line(name, args));
    if (this.#calls.length > callsMax) this.#calls.shift();
  }

  of(error: unknown): string {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return [
      "Grand Ingress stopped.",
      "",
      stack,
      "",
      `Opened with: ${this.#opening}`,
      "Calls, oldest first:",
      ...this.#calls,
      "",
    ].join("\n");
  }
}

function line(name: string, args: readonly unknown[]): string {
  const text = args.map((one) => JSON.stringify(one) ?? "undefined").join(", ");
  const cut = text.length > argumentCharsMax ? `${text.slice(0, argumentCharsMax)}…` : text;
  return `  ${name}(${cut})`;
}
