// Tab: what could stand where the cursor is. Commands complete their own arguments; everything
// else is a file.

import type { Completing } from "../command.ts";
import { joinPath, resolvePath } from "../path.ts";
import { valueOf } from "../session.ts";

export interface Completions {
  /** Where in the line the word begins that is to be replaced. */
  readonly from: number;
  /** Whole words, sorted. */
  readonly candidates: readonly string[];
}

/** The completions of a line up to the cursor. */
export async function complete(left: string, call: Completing): Promise<Completions> {
  const start = commandStart(left);
  const words = left.slice(start).split(/\s+/);
  if (words[0] === "" && words.length > 1) words.shift();
  const last = words.at(-1)!;
  const from = left.length - last.length;
  if (/(^|[^>])>{1,2}\s*\S*$/.test(left) || /<\s*\S*$/.test(left)) {
    return { from, candidates: fileCandidates(last, call) };
  }
  if (words.length === 1) return { from, candidates: commandCandidates(last, call) };
  const expanded = expandAlias(words, call);
  const entry = call.commands.get(expanded[0]!);
  // A command that cannot be fetched says so when it is run, not at Tab.
  const fetched = entry?.load().catch(() => undefined);
  const command = fetched && (await call.world.clock.during(fetched));
  const own = (await command?.complete?.(expanded, call)) ?? [];
  const fitting = [...new Set(own.filter((one) => one.startsWith(last)))].sort();
  if (fitting.length > 0 || command?.complete) {
    const files = fitting.length === 0 && wantsFile(expanded) ? fileCandidates(last, call) : [];
    return { from, candidates: fitting.length > 0 ? fitting : files };
  }
  return { from, candidates: fileCandidates(last, call) };
}

/** After -f, -o and the like, and for words that look like paths, files are meant. */
function wantsFile(words: readonly string[]): boolean {
  const before = words.at(-2) ?? "";
  return (
    /^(-f|--filename|--from-file|--values|--cert|--key|-o|--cacert)$/.test(before) ||
    /[./~]/.test(words.at(-1)!)
  );
}

/** Where the command begins that the cursor is in: after the last "|", ";", "&&", "$(" … */
function commandStart(left: string): number {
  let quote = "";
  let start = 0;
  for (let at = 0; at < left.length; at++) {
    const char = left[at]!;
    if (char === "\\") at++;
    else if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (/[|;&(`]/.test(char)) start = at + 1;
  }
  const word = /^\s*((sudo|time|watch|do|then|else|!|xargs)\s+)*/.exec(left.slice(start))![0];
  return start + word.length;
}

function expandAlias(words: readonly string[], call: Completing): string[] {
  const alias = call.session.aliases.get(words[0]!);
  return alias === undefined ? [...words] : [...alias.split(" "), ...words.slice(1)];
}

function commandCandidates(prefix: string, call: Completing): string[] {
  if (prefix.includes("/")) return fileCandidates(prefix, call);
  if (prefix.startsWith("$")) {
    return [...call.session.variables.keys()]
      .map((name) => `$${name}`)
      .filter((one) => one.startsWith(prefix))
      .sort();
  }
  const offered = [...call.commands.values()].filter((command) => command.offered);
  const names = [...offered.map((command) => command.name), ...call.session.aliases.keys()];
  return [...new Set(names)]
    .filter((name) => name.startsWith(prefix) && /^[a-z]/.test(name))
    .sort();
}

/** Files that begin with `prefix`, spelled as far as it is; folders end in "/". */
function fileCandidates(prefix: string, { world, session }: Completing): string[] {
  const slash = prefix.lastIndexOf("/") + 1;
  const shownFolder = prefix.slice(0, slash);
  const start = prefix.slice(slash);
  const plain = shownFolder.replace(/^~(?=\/)/, valueOf(session, "HOME"));
  const folder = resolvePath(session.cwd, plain === "" ? "." : plain);
  if (world.files.kind(folder) !== "folder") return [];
  return world.files
    .list(folder)
    .filter((name) => name.startsWith(start) && (start.startsWith(".") || !name.startsWith(".")))
    .map((name) => (shownFolder === "" ? name : joinPath(shownFolder, name)));
}

/** The longest start that all candidates share. */
export function sharedStart(candidates: readonly string[]): string {
  let shared = candidates[0] ?? "";
  for (const one of candidates) {
    while (!one.startsWith(shared)) shared = shared.slice(0, -1);
  }
  return shared;
}
