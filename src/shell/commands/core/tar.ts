// tar: archives of files, without compression. What kubectl cp runs in the container.

import { CommandError, notHere, pathOf, type Call, type Command } from "../../command.ts";
import type { Files } from "../../files.ts";
import { joinPath, parentOf, resolvePath } from "../../path.ts";
import { readAll } from "../../streams.ts";
import { readTar, writeTar, type Entry } from "../../tar.ts";

export const tar: Command = {
  name: "tar",
  summary: "pack files into an archive, or unpack one",
  help: "tar -c|-x|-t [-v] [-f FILE | -] [-C FOLDER] [FILE…]\n",
  run,
};

interface Order {
  mode: string;
  file: string;
  folder: string;
  verbose: boolean;
  readonly names: string[];
}

async function run(call: Call): Promise<number> {
  const order = orderOf(call);
  const { files, clock } = call.world;
  if (order.mode === "c") {
    if (order.names.length === 0) {
      throw new CommandError("tar: Cowardly refusing to create an empty archive\n", 2);
    }
    const entries: Entry[] = [];
    let status = 0;
    for (const name of order.names) {
      const path = resolvePath(order.folder, name);
      if (files.kind(path) === undefined) {
        call.stderr.write(`tar: ${name}: Cannot stat: No such file or directory\n`);
        status = 2;
      } else entries.push(...entriesOf(files, path, name.replace(/^\/+/, "")));
    }
    const archive = writeTar(entries, clock.now());
    if (order.file === "-") call.stdout.write(archive);
    else files.write(pathOf(call, order.file), archive);
    if (status !== 0)
      call.stderr.write("tar: Exiting with failure status due to previous errors\n");
    return status;
  }
  const bytes =
    order.file === "-" ? await readAll(call.stdin) : files.read(pathOf(call, order.file));
  const entries = readTar(bytes);
  if (entries === undefined) {
    throw new CommandError(
      "tar: This does not look like a tar archive\ntar: Exiting with failure status due to previous errors\n",
      2,
    );
  }
  for (const entry of entries) {
    if (order.mode === "t" || order.verbose) call.stdout.write(`${entry.name}\n`);
    if (order.mode === "x") unpack(files, order.folder, entry);
  }
  return 0;
}

/** A file, or a folder with all that is in it. */
export function entriesOf(files: Files, path: string, name: string): Entry[] {
  if (files.kind(path) === "file") return [{ name, kind: "file", content: files.read(path) }];
  const out: Entry[] = [{ name, kind: "folder", content: new Uint8Array(0) }];
  for (const child of files.list(path)) {
    const bare = child.replace(/\/$/, "");
    out.push(...entriesOf(files, joinPath(path, bare), joinPath(name, bare)));
  }
  return out;
}

/** Writes one entry below `folder`; ".." never leads out of it. */
export function unpack(files: Files, folder: string, { name, kind, content }: Entry): void {
  const path = joinPath(folder, resolvePath("/", name).slice(1));
  makeFolders(files, kind === "folder" ? path : parentOf(path));
  if (kind === "file") files.write(path, content);
}

function makeFolders(files: Files, path: string): void {
  if (path === "/" || files.kind(path) !== undefined) return;
  makeFolders(files, parentOf(path));
  files.makeFolder(path);
}

function orderOf(call: Call): Order {
  const order: Order = { mode: "", file: "-", folder: call.session.cwd, verbose: false, names: [] };
  const words = [...call.args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const first = order.mode === "" && order.names.length === 0 && /^[cxt][a-z]*$/.test(word);
    if (word.startsWith("--")) {
      if (!/^--(no-same-owner|no-same-permissions|touch|warning=.*)$/.test(word)) {
        throw new CommandError(`tar: ${notHere(`${word} (the real tar has it)`)}\n`, 2);
      }
    } else if ((word.startsWith("-") && word !== "-") || first) {
      for (const letter of word.replace(/^-/, "")) {
        if (/[cxt]/.test(letter)) order.mode = letter;
        else if (letter === "f") order.file = words.shift() ?? "-";
        else if (letter === "C") order.folder = pathOf(call, words.shift() ?? ".");
        else if (letter === "v") order.verbose = true;
        else if (/[zjJ]/.test(letter)) {
          throw new CommandError(
            `tar: ${notHere(`compression (-${letter}); the real tar has it`)}\n`,
            2,
          );
        } else if (!/[mpoPh]/.test(letter)) {
          throw new CommandError(`tar: invalid option -- '${letter}'\n`, 2);
        }
      }
    } else order.names.push(word);
  }
  if (order.mode === "") {
    throw new CommandError(
      "tar: You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\n",
      2,
    );
  }
  return order;
}
