// find: names of files in a tree, by name and type.

import { CommandError, notHere, pathOf, type Call, type Command } from "../../command.ts";
import { globPattern } from "../../glob.ts";
import { baseName, joinPath } from "../../path.ts";

export const find: Command = {
  name: "find",
  summary: "find files",
  help: "find [FOLDER…] [-name PATTERN] [-type f|d] [-maxdepth N] [-exec COMMAND {} ;]\n",
  run,
};

interface Wanted {
  readonly folders: string[];
  readonly tests: ((name: string, kind: "file" | "folder") => boolean)[];
  depthMax: number;
  exec: string[] | undefined;
}

async function run(call: Call): Promise<number> {
  const wanted = wantedBy(call);
  const found: string[] = [];
  let status = 0;
  for (const folder of wanted.folders) {
    if (call.world.files.kind(pathOf(call, folder)) === undefined) {
      call.stderr.write(`find: ‘${folder}’: No such file or directory\n`);
      status = 1;
    } else walk(call, folder, 0, wanted, found);
  }
  for (const path of found) {
    if (wanted.exec === undefined) call.stdout.write(`${path}\n`);
    else await call.run(wanted.exec.map((word) => word.replaceAll("{}", path)));
  }
  return status;
}

function walk(call: Call, shown: string, depth: number, wanted: Wanted, found: string[]): void {
  const { files } = call.world;
  const path = pathOf(call, shown);
  const kind = files.kind(path)!;
  const name = baseName(shown);
  if (wanted.tests.every((test) => test(name, kind))) found.push(shown);
  if (kind === "file" || depth >= wanted.depthMax) return;
  for (const child of files.list(path)) {
    walk(call, joinPath(shown, child.replace(/\/$/, "")), depth + 1, wanted, found);
  }
}

function wantedBy(call: Call): Wanted {
  const wanted: Wanted = { folders: [], tests: [], depthMax: Infinity, exec: undefined };
  const words = [...call.args];
  while (words[0] !== undefined && !/^[-(!]/.test(words[0])) wanted.folders.push(words.shift()!);
  if (wanted.folders.length === 0) wanted.folders.push(".");
  const value = (word: string): string => {
    const next = words.shift();
    if (next === undefined) throw new CommandError(`find: missing argument to \`${word}'\n`);
    return next;
  };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === "-name" || word === "-iname") {
      const text = value(word);
      const pattern = globPattern(word === "-iname" ? text.toLowerCase() : text);
      const fold = word === "-iname";
      wanted.tests.push((name) => pattern.test(fold ? name.toLowerCase() : name));
    } else if (word === "-type") {
      const type = value(word);
      wanted.tests.push((_, kind) => kind === (type === "d" ? "folder" : "file"));
    } else if (word === "-maxdepth") wanted.depthMax = Number(value(word));
    else if (word === "-exec") {
      wanted.exec = words.splice(
        0,
        words.findIndex((one) => one === ";" || one === "+"),
      );
      words.shift();
    } else if (word !== "-print") {
      if (/^-(m|a|c)time|^-size|^-perm|^-user|^-delete|^-path|^-o$|^-not$|^[!(]/.test(word)) {
        throw new CommandError(`find: ${notHere(`${word} (the real find has it)`)}\n`);
      }
      throw new CommandError(`find: unknown predicate \`${word}'\n`);
    }
  }
  return wanted;
}
