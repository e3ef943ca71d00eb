// The command line of a controller: Go's flag notation, as the charts write it.

export class Flags {
  readonly #values = new Map<string, string>();
  /** Arguments that are no flags. */
  readonly rest: string[] = [];

  /** `--name=value`, `--name value` (for flags in `withValue`), `--name`. */
  constructor(args: readonly string[], withValue: readonly string[] = []) {
    for (let i = 0; i < args.length; i++) {
      const flag = /^--?([A-Za-z0-9][\w.-]*)(?:=(.*))?$/s.exec(args[i]!);
      if (!flag) {
        this.rest.push(args[i]!);
        continue;
      }
      const [, name = "", value] = flag;
      const next = args[i + 1];
      if (value === undefined && withValue.includes(name) && next !== undefined) {
        this.#values.set(name, next);
        i++;
      } else this.#values.set(name, value ?? "true");
    }
  }

  text(name: string, fallback = ""): string {
    return this.#values.get(name) ?? fallback;
  }

  flag(name: string, fallback = false): boolean {
    const value = this.#values.get(name);
    return value === undefined ? fallback : ["true", "1", "t", "T", "TRUE", "True"].includes(value);
  }

  number(name: string, fallback: number): number {
    const value = Number(this.#values.get(name) ?? Number.NaN);
    return Number.isFinite(value) ? value : fallback;
  }
}
