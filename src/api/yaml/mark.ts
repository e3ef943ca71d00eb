// Places in a YAML text, and what can be wrong there.

/** A place: `index` in UTF-16 units, `line` and `column` from 0. */
export interface Mark {
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

/**
 * Unwinds the scanner and the parser; caught in yaml.ts and never seen outside. `what` is
 * the problem as go-yaml words it, `phase` decides how it counts the line of `mark`; faults of
 * "convert" come from sigs.k8s.io/yaml and tell no line.
 */
export class YamlFault extends Error {
  readonly mark: Mark | undefined;
  /** Where the construct began that could not be finished. */
  readonly context: Mark | undefined;
  readonly phase: "scan" | "parse" | "decode" | "convert";

  constructor(phase: YamlFault["phase"], what: string, mark?: Mark, context?: Mark) {
    super(what);
    this.phase = phase;
    this.mark = mark;
    this.context = context;
  }

  /**
   * The message with go-yaml's line number. It counts from 1 for the scanner and from 0 for
   * the parser (whose lookahead is usually one line further), and leaves out line 0.
   */
  get goMessage(): string {
    if (this.phase === "convert") return this.message;
    const { mark, context } = this;
    const offset = this.phase === "scan" ? 1 : 0;
    const line = mark && mark.line > 0 ? mark.line + offset : (context?.line ?? 0);
    return line > 0 ? `yaml: line ${line}: ${this.message}` : `yaml: ${this.message}`;
  }
}

/** Collections inside collections. go-yaml allows 10000; here the host's stack is the limit. */
export const depthMax = 1_000;
