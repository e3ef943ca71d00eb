// The part of the protocol that tells what concierges make of cards: see protocol.ts.

/** What a desk makes of its cards. */
export interface ConciergeReport {
  /** The desk's id. */
  readonly desk: string;
  readonly implementation: string;
  /** "nginx.conf", "dynamic configuration", "listener rules". */
  readonly title: string;
  /** The generated configuration; each line with the rule that made it, if one did. */
  readonly lines: readonly {
    readonly text: string;
    readonly object?: string;
    readonly field?: string;
  }[];
  readonly remarks: readonly Remark[];
}

/** Something to say of a card: a rule that is never reached, an annotation without effect. */
export interface Remark {
  /** "Ingress default/simple-fanout" */
  readonly object: string;
  readonly field: string;
  readonly type: "error" | "warning" | "info";
  readonly message: string;
}

/** What an implementation would do with a request, if it read every card of the cluster. */
export interface Opinion {
  readonly implementation: string;
  /** Whether it has a desk in this cluster. */
  readonly installed: boolean;
  /** "default/web:80", "404", "308 to https". */
  readonly does: string;
  readonly why: string;
  /** The rule that decides. */
  readonly object?: string;
  readonly field?: string;
}

/** Where a field of an object stands. */
export interface WrittenPlace {
  /** The object as it is in the cluster. */
  readonly yaml: string;
  /** Its line there, from 1. */
  readonly line: number;
  /** The file on the laptop that says the same of an object of that name. */
  readonly file?: { readonly path: string; readonly line: number };
}
