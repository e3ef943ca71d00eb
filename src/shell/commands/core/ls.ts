// ls: names of files, in columns on a terminal and one a line elsewhere.

import { faultWords, pathOf, type Call, type Command } from "../../command.ts";
import { FileError } from "../../files.ts";
import { joinPath } from "../../path.ts";
import { columnsOf } from "../../terminal/width.ts";
import { parseOptions } from "../options.ts";

export const ls: Command = {
  name: "ls",
  summary: "list files",
  help: "ls [-la1hRrF] [FILE…]\n",
  run: (call) => Promise.resolve(run(call)),
};

interface Entry {
  readonly name: string;
  readonly path: string;
}

function run(call: Call): number {
  const options = parseOptions(call, {
    flags: "laA1hRrFdtCp",
    long: {
      all: "a",
      "almost-all": "A",
      recursive: "R",
      reverse: "r",
      color: "color",
      directory: "d",
    },
    absent: "BDGHILNQSTUXZbcfgikmnoqsuvwx",
    absentLong: [
      "author",
      "context",
      "dired",
      "escape",
      "full-time",
      "inode",
      "size",
      "sort",
      "time",
    ],
  });
  const operands = options.rest.length > 0 ? options.rest : ["."];
  const { files } = call.world;
  let status = 0;
  const single: Entry[] = [];
  const folders: Entry[] = [];
  for (const operand of operands) {
    const path = pathOf(call, operand);
    const kind = files.kind(path);
    if (kind === undefined) {
      const words = faultWords(new FileError("ENOENT", path));
      call.stderr.write(`ls: cannot access '${operand}': ${words}\n`);
      status = 2;
    } else if (kind === "folder" && !options.has("d")) folders.push({ name: operand, path });
    else single.push({ name: operand, path });
  }
  const sections: string[] = [];
  if (single.length > 0) sections.push(print(call, single, options.has));
  const titled = operands.length > 1 || options.has("R");
  for (const folder of folders) listFolder(call, folder, options.has, titled, sections);
  call.stdout.write(sections.join("\n"));
  return status;
}

type Has = (name: string) => boolean;

function listFolder(call: Call, folder: Entry, has: Has, titled: boolean, out: string[]): void {
  const names = call.world.files.list(folder.path).map((name) => name.replace(/\/$/, ""));
  const shown = names.filter((name) => has("a") || has("A") || !name.startsWith("."));
  const entries = shown.map((name) => ({ name, path: joinPath(folder.path, name) }));
  if (has("a")) {
    const up = joinPath(folder.path, "..");
    entries.unshift({ name: ".", path: folder.path }, { name: "..", path: up });
  }
  if (has("r")) entries.reverse();
  const total = has("l") ? "total 0\n" : "";
  out.push((titled ? `${folder.name}:\n` : "") + total + print(call, entries, has));
  if (!has("R")) return;
  for (const { name, path } of entries) {
    if (name === "." || name === ".." || call.world.files.kind(path) !== "folder") continue;
    listFolder(call, { name: joinPath(folder.name, name), path }, has, true, out);
  }
}

function print(call: Call, entries: readonly Entry[], has: Has): string {
  const { files } = call.world;
  const isFolder = (path: string): boolean => files.kind(path) !== "file";
  const name = (entry: Entry): string =>
    entry.name + ((has("F") || has("p")) && isFolder(entry.path) ? "/" : "");
  if (has("l")) {
    const sizes = entries.map(({ path }) => (isFolder(path) ? 4096 : files.read(path).length));
    const wide = Math.max(0, ...sizes.map((size) => String(size).length));
    const { user } = call.session;
    const day = new Date(call.world.clock.now());
    const time = `${months[day.getUTCMonth()]} ${String(day.getUTCDate()).padStart(2)} ${day.toISOString().slice(11, 16)}`;
    return entries
      .map((entry, index) => {
        const mode = isFolder(entry.path) ? "drwxr-xr-x 2" : "-rw-r--r-- 1";
        return `${mode} ${user} ${user} ${String(sizes[index]).padStart(wide)} ${time} ${name(entry)}\n`;
      })
      .join("");
  }
  const names = entries.map(name);
  if (!call.tty || has("1")) return names.map((one) => `${one}\n`).join("");
  return columnsOf(names, call.columns);
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
