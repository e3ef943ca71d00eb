// A command line as data: what the parser makes and the interpreter walks.
// The names are those of the POSIX shell grammar (XCU section 2.10).

/** Lists one after another, separated by ";" or a line end. */
export type Script = readonly AndOr[];

export interface AndOr {
  readonly first: Pipeline;
  readonly rest: readonly { readonly when: "&&" | "||"; readonly then: Pipeline }[];
  /** Set when "&" stands after it: its words, as `jobs` shows them. */
  readonly background?: string;
}

export interface Pipeline {
  readonly negated: boolean;
  readonly commands: readonly CommandNode[];
}

export type CommandNode =
  | {
      readonly type: "simple";
      readonly assignments: readonly { readonly name: string; readonly value: Word }[];
      readonly words: readonly Word[];
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly type: "for";
      readonly name: string;
      readonly words: readonly Word[];
      readonly body: Script;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly type: "while";
      readonly until: boolean;
      readonly condition: Script;
      readonly body: Script;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly type: "if";
      readonly branches: readonly { readonly condition: Script; readonly body: Script }[];
      readonly otherwise: Script | undefined;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly type: "case";
      readonly word: Word;
      readonly branches: readonly { readonly patterns: readonly Word[]; readonly body: Script }[];
      readonly redirects: readonly Redirect[];
    }
  | {
      /** "NAME() { … }": defines a function. */
      readonly type: "function";
      readonly name: string;
      readonly body: CommandNode;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly type: "group";
      /** "( … )": its changes of folder and variables stay inside. */
      readonly subshell: boolean;
      readonly body: Script;
      readonly redirects: readonly Redirect[];
    };

/** A word before expansion. Adjacent parts make one word. */
export type Word = readonly Part[];

export type Part =
  | { readonly type: "text"; readonly text: string; readonly quoted: boolean }
  | {
      readonly type: "variable";
      readonly name: string;
      readonly quoted: boolean;
      /** "${#name}", or what follows the name: ":-", "%", "##" … with its word. */
      readonly operator?: string;
      readonly operand?: Word;
    }
  | { readonly type: "command"; readonly script: Script; readonly quoted: boolean }
  | { readonly type: "arithmetic"; readonly expression: Word; readonly quoted: boolean };

export interface Redirect {
  readonly fd: 0 | 1 | 2;
  /** "here": the target is the text itself. "copy": 2>&1. "both": &>file. */
  readonly kind: "read" | "write" | "append" | "copy" | "both" | "here";
  readonly target: Word;
}

/** The line breaks the grammar. `incomplete`: more lines could still complete it. */
export class ShellSyntaxError extends Error {
  override name = "ShellSyntaxError";
  readonly incomplete: boolean;

  /** @param message bash's own words, without "bash: ". */
  constructor(message: string, { incomplete = false } = {}) {
    super(message);
    this.incomplete = incomplete;
  }
}
