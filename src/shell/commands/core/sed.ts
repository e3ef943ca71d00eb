// sed, as far as people use it on the command line: s///, d, p, q, with line and /pattern/
// addresses, -n, -E, -i.

import { CommandError, pathOf, type Call, type Command } from "../../command.ts";
import { utf8 } from "../../../base/bytes.ts";
import { linesOf, readLines, readText } from "../../streams.ts";
import { parseOptions } from "../options.ts";
import { openInputs } from "./inputs.ts";
import { extendedPattern } from "./regex.ts";

export const sed: Command = {
  name: "sed",
  summary: "edit lines as they pass",
  help: "sed [-nEi] [-e SCRIPT] SCRIPT [FILE…]\nSCRIPT: [ADDRESS[,ADDRESS]]s/PATTERN/TEXT/[gip] | d | p | q\n",
  run,
};

type Address = { line: number } | { last: true } | { pattern: RegExp };

interface Edit {
  readonly from: Address | undefined;
  readonly to: Address | undefined;
  readonly negated: boolean;
  readonly act: "s" | "d" | "p" | "q";
  readonly pattern?: RegExp;
  readonly replacement?: string;
  readonly print?: boolean;
  /** Whether a range has begun and not ended. */
  inside: boolean;
}

async function run(call: Call): Promise<number> {
  const options = parseOptions(call, {
    flags: "nErisu",
    values: "e",
    long: { quiet: "n", silent: "n", "regexp-extended": "E", "in-place": "i", expression: "e" },
    absent: "flz",
  });
  const operands = [...options.rest];
  const scripts = options.has("e") ? options.all("e") : operands.splice(0, 1);
  if (scripts.length === 0) {
    throw new CommandError(
      "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n",
    );
  }
  const extended = options.has("E") || options.has("r");
  const compile = (): Edit[] =>
    scripts.flatMap((script, index) => new ScriptReader(script, index + 1, extended).edits());
  if (options.has("i")) {
    for (const operand of operands) {
      const path = pathOf(call, operand);
      const { inputs } = openInputs(
        call,
        [operand],
        (name, words) => `can't read ${name}: ${words}`,
      );
      if (inputs.length === 0) return 2;
      const lines = linesOf(await readText(inputs[0]!.input));
      let out = "";
      const edits = compile();
      lines.every((line, at) => {
        const { text, quit } = apply(
          edits,
          line,
          at + 1,
          at === lines.length - 1,
          options.has("n"),
        );
        out += text;
        return !quit;
      });
      call.world.files.write(path, utf8(out));
    }
    return 0;
  }
  const { inputs, failed } = openInputs(
    call,
    operands,
    (name, words) => `can't read ${name}: ${words}`,
  );
  const edits = compile();
  let number = 0;
  let held: string | undefined;
  const flush = (last: boolean): boolean => {
    if (held === undefined) return false;
    const { text, quit } = apply(edits, held, ++number, last, options.has("n"));
    call.stdout.write(text);
    return quit;
  };
  for (const { input } of inputs) {
    for await (const line of readLines(input)) {
      if (flush(false)) return 0;
      held = line;
    }
  }
  flush(true);
  return failed ? 2 : 0;
}

function apply(
  edits: readonly Edit[],
  line: string,
  number: number,
  last: boolean,
  silent: boolean,
): { text: string; quit: boolean } {
  let space = line;
  let printed = "";
  for (const edit of edits) {
    if (!selects(edit, space, number, last)) continue;
    if (edit.act === "d") return { text: printed, quit: false };
    if (edit.act === "p") printed += `${space}\n`;
    if (edit.act === "q") return { text: printed + (silent ? "" : `${space}\n`), quit: true };
    if (edit.act === "s") {
      const next = space.replace(edit.pattern!, edit.replacement!);
      const hit = edit.pattern!.test(space);
      edit.pattern!.lastIndex = 0;
      space = next;
      if (hit && edit.print) printed += `${space}\n`;
    }
  }
  return { text: printed + (silent ? "" : `${space}\n`), quit: false };
}

function selects(edit: Edit, space: string, number: number, last: boolean): boolean {
  const hits = (address: Address): boolean => {
    if ("line" in address) return address.line === number;
    return "last" in address ? last : address.pattern.test(space);
  };
  let chosen: boolean;
  if (edit.from === undefined) chosen = true;
  else if (edit.to === undefined) chosen = hits(edit.from);
  else if (edit.inside) {
    chosen = true;
    if (hits(edit.to) || ("line" in edit.to && number >= edit.to.line)) edit.inside = false;
  } else {
    chosen = hits(edit.from);
    edit.inside = chosen && !("line" in edit.to && edit.to.line <= number);
  }
  return chosen !== edit.negated;
}

class ScriptReader {
  readonly #text: string;
  readonly #number: number;
  readonly #extended: boolean;
  #at = 0;

  constructor(text: string, number: number, extended: boolean) {
    this.#text = text;
    this.#number = number;
    this.#extended = extended;
  }

  edits(): Edit[] {
    const out: Edit[] = [];
    for (;;) {
      this.#skip(/[\s;]*/y);
      if (this.#at >= this.#text.length) return out;
      out.push(this.#edit());
    }
  }

  #edit(): Edit {
    const from = this.#address();
    const to = from !== undefined && this.#skip(/,/y) ? this.#address() : undefined;
    const negated = this.#skip(/\s*!\s*/y) !== undefined;
    this.#skip(/\s*/y);
    const act = this.#text[this.#at++];
    const base = { from, to, negated, inside: false };
    if (act === "d" || act === "p" || act === "q") return { ...base, act };
    if (act === "s") return { ...base, act, ...this.#substitution() };
    if (act === undefined) throw this.#fail("missing command");
    if (/[aicyhHgGxnNDPlrwbt={}]/.test(act)) {
      throw new CommandError(`sed: not in this hotel: the command ${act} (the real sed has it)\n`);
    }
    throw this.#fail(`unknown command: \`${act}'`);
  }

  #address(): Address | undefined {
    const number = this.#skip(/\d+/y);
    if (number !== undefined) return { line: Number(number) };
    if (this.#skip(/\$/y)) return { last: true };
    if (this.#text[this.#at] !== "/") return undefined;
    this.#at++;
    return {
      pattern: new RegExp(
        extendedPattern(this.#until("/", "unterminated address regex"), this.#extended),
      ),
    };
  }

  #substitution(): { pattern: RegExp; replacement: string; print: boolean } {
    const mark = this.#text[this.#at++];
    if (mark === undefined) throw this.#fail("unterminated `s' command");
    const pattern = this.#until(mark, "unterminated `s' command");
    const text = this.#until(mark, "unterminated `s' command");
    const flags = this.#skip(/[a-zA-Z0-9]*/y) ?? "";
    const odd = /[^gipI]/.exec(flags);
    if (odd) throw this.#fail("unknown option to `s'");
    const replacement = text
      .replace(/\$/g, "$$$$")
      .replace(/\\(.)|&/gs, (all, char: string | undefined) => {
        if (all === "&") return "$&";
        if (/\d/.test(char!)) return `$${char}`;
        return char === "n" ? "\n" : char === "t" ? "\t" : char!;
      });
    try {
      const global = (flags.includes("g") ? "g" : "") + (/[iI]/.test(flags) ? "i" : "");
      const source = extendedPattern(pattern, this.#extended);
      return { pattern: new RegExp(source, global), replacement, print: flags.includes("p") };
    } catch {
      throw this.#fail("Invalid preceding regular expression");
    }
  }

  /** The text up to an unescaped `mark`, which is taken. */
  #until(mark: string, complaint: string): string {
    let out = "";
    for (;;) {
      const char = this.#text[this.#at++];
      if (char === undefined) {
        this.#at--;
        throw this.#fail(complaint);
      }
      if (char === mark) return out;
      if (char === "\\" && this.#text[this.#at] === mark) out += this.#text[this.#at++];
      else if (char === "\\") out += char + (this.#text[this.#at++] ?? "");
      else out += char;
    }
  }

  #skip(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#at += found[0].length;
    return found[0];
  }

  #fail(words: string): CommandError {
    return new CommandError(`sed: -e expression #${this.#number}, char ${this.#at}: ${words}\n`);
  }
}
