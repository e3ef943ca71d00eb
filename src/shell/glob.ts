// Pathname patterns: *, ?, [abc], [!abc] (XCU section 2.13), matched against the laptop's files.

import type { Files } from "./files.ts";
import { joinPath, resolvePath } from "./path.ts";

/** Whether a text matches a pattern; used for globs and for ${name%pattern}. */
export function globPattern(pattern: string): RegExp {
  let out = "";
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    if (char === "*") out += "[\\s\\S]*";
    else if (char === "?") out += "[\\s\\S]";
    else if (char === "[" && pattern.indexOf("]", at + 2) > 0) {
      const end = pattern.indexOf("]", at + 2);
      const set = pattern.slice(at + 1, end).replace(/\\/g, "\\\\");
      out += /^[!^]/.test(set) ? `[^${set.slice(1)}]` : `[${set}]`;
      at = end;
    } else if (char === "\\" && at + 1 < pattern.length) {
      out += escape(pattern[++at]!);
    } else out += escape(char);
  }
  return new RegExp(`^${out}$`);
}

function escape(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/]/, "\\$&");
}

export function hasGlob(pattern: string): boolean {
  return /(?<!\\)[*?[]/.test(pattern);
}

/** The existing paths that match, sorted, as relative as the pattern is; empty when none. */
export function expandGlob(pattern: string, cwd: string, files: Files): string[] {
  let found = [pattern.startsWith("/") ? "/" : ""];
  for (const part of pattern.split("/").filter((one) => one !== "")) {
    const next: string[] = [];
    for (const base of found) {
      if (!hasGlob(part)) {
        const path = base === "" ? part : joinPath(base, part.replace(/\\(.)/g, "$1"));
        if (files.kind(resolvePath(cwd, path)) !== undefined) next.push(path);
        continue;
      }
      const folder = resolvePath(cwd, base);
      if (files.kind(folder) !== "folder") continue;
      const wanted = globPattern(part);
      for (const entry of files.list(folder)) {
        const name = entry.replace(/\/$/, "");
        if (name.startsWith(".") && !part.startsWith(".")) continue;
        if (wanted.test(name)) next.push(base === "" ? name : joinPath(base, name));
      }
    }
    found = next;
  }
  return found.filter((path) => path !== "").sort();
}
