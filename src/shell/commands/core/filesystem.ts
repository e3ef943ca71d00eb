// Files and folders: pwd, cd, mkdir, rmdir, rm, cp, mv, touch. Words as GNU coreutils 9 says them.

import { noBytes } from "../../../base/bytes.ts";
import { faultWords, pathOf, type Call, type Command } from "../../command.ts";
import { FileError } from "../../files.ts";
import { baseName, joinPath } from "../../path.ts";
import { valueOf } from "../../session.ts";
import { parseOptions, usage } from "../options.ts";

export const filesystem: readonly Command[] = [
  {
    name: "pwd",
    summary: "print the folder you are in",
    help: "pwd\n",
    run(call) {
      call.stdout.write(`${call.session.cwd}\n`);
      return Promise.resolve(0);
    },
  },
  {
    name: "cd",
    summary: "go to another folder",
    help: "cd [FOLDER]   (home without one, - for the one before)\n",
    run: (call) => Promise.resolve(cd(call)),
  },
  {
    name: "mkdir",
    summary: "make folders",
    help: "mkdir [-p] FOLDER…\n",
    run: (call) => Promise.resolve(mkdir(call)),
  },
  {
    name: "rmdir",
    summary: "remove empty folders",
    help: "rmdir FOLDER…\n",
    run(call) {
      const { rest } = parseOptions(call, { absent: "pv" });
      return each(call, rest, (path, argument) => {
        const words = `failed to remove '${argument}'`;
        if (call.world.files.kind(path) === "file") throw new Refusal(`${words}: Not a directory`);
        attempt(words, () => call.world.files.remove(path));
      });
    },
  },
  {
    name: "rm",
    summary: "remove files",
    help: "rm [-rf] FILE…\n",
    run: rm,
  },
  { name: "cp", summary: "copy files", help: "cp [-r] FROM… TO\n", run: (call) => transfer(call) },
  {
    name: "mv",
    summary: "move or rename files",
    help: "mv FROM… TO\n",
    run: (call) => transfer(call),
  },
  {
    name: "touch",
    summary: "make empty files",
    help: "touch FILE…\n",
    run(call) {
      const { rest } = parseOptions(call, { flags: "c", absent: "adfhmrt" });
      if (rest.length === 0) throw usage("touch", "missing file operand");
      return each(call, rest, (path, argument) => {
        const { files } = call.world;
        if (files.kind(path) !== undefined) return;
        attempt(`cannot touch '${argument}'`, () => files.write(path, noBytes));
      });
    },
  },
];

/** A refusal of one operand; the others go on. */
class Refusal extends Error {}

/** Runs over the operands; prints each refusal and returns 1 when there was one. */
function each(
  call: Call,
  operands: readonly string[],
  act: (path: string, operand: string) => void,
): Promise<number> {
  let status = 0;
  for (const operand of operands) {
    try {
      act(pathOf(call, operand), operand);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      call.stderr.write(`${call.name}: ${error.message}\n`);
      status = 1;
    }
  }
  return Promise.resolve(status);
}

function attempt(words: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw error instanceof FileError ? new Refusal(`${words}: ${faultWords(error)}`) : error;
  }
}

function cd(call: Call): number {
  const { session, world } = call;
  if (call.args.length > 1) {
    call.stderr.write("bash: cd: too many arguments\n");
    return 1;
  }
  const [argument = valueOf(session, "HOME")] = call.args;
  const target = argument === "-" ? valueOf(session, "OLDPWD") : argument;
  if (argument === "-" && target === "") {
    call.stderr.write("bash: cd: OLDPWD not set\n");
    return 1;
  }
  const path = pathOf(call, target);
  const kind = world.files.kind(path);
  if (kind !== "folder") {
    const words = kind === "file" ? "Not a directory" : "No such file or directory";
    call.stderr.write(`bash: cd: ${argument}: ${words}\n`);
    return 1;
  }
  if (argument === "-") call.stdout.write(`${path}\n`);
  session.variables.set("OLDPWD", session.cwd);
  session.cwd = path;
  return 0;
}

function mkdir(call: Call): number {
  const { has, rest } = parseOptions(call, {
    flags: "pv",
    long: { parents: "p", verbose: "v" },
    absent: "mZ",
    absentLong: ["mode", "context"],
  });
  if (rest.length === 0) throw usage("mkdir", "missing operand");
  const { files } = call.world;
  let status = 0;
  for (const operand of rest) {
    const path = pathOf(call, operand);
    const steps = has("p") ? ancestors(path).filter((one) => files.kind(one) !== "folder") : [path];
    try {
      for (const step of steps) files.makeFolder(step);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      call.stderr.write(`mkdir: cannot create directory ‘${operand}’: ${faultWords(error)}\n`);
      status = 1;
    }
  }
  return status;
}

/** "/a", "/a/b", "/a/b/c" for "/a/b/c". */
function ancestors(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "");
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
}

function rm(call: Call): Promise<number> {
  const { has, rest } = parseOptions(call, {
    flags: "rRfv",
    long: { recursive: "r", force: "f", verbose: "v" },
    absent: "iId",
    absentLong: ["interactive", "dir", "one-file-system", "preserve-root", "no-preserve-root"],
  });
  if (rest.length === 0 && !has("f")) throw usage("rm", "missing operand");
  const { files } = call.world;
  return each(call, rest, (path, operand) => {
    const kind = files.kind(path);
    const words = `cannot remove '${operand}'`;
    if (kind === undefined && has("f")) return;
    if (kind === "folder" && !has("r") && !has("R")) throw new Refusal(`${words}: Is a directory`);
    if (path === "/") {
      throw new Refusal("it is dangerous to operate recursively on '/'");
    }
    attempt(words, () => removeTree(call, path));
  });
}

function removeTree(call: Call, path: string): void {
  const { files } = call.world;
  if (files.kind(path) === "folder") {
    for (const name of files.list(path)) removeTree(call, joinPath(path, name.replace(/\/$/, "")));
  }
  files.remove(path);
}

/** cp and mv: the same walk, the source removed or not. */
function transfer(call: Call): Promise<number> {
  const move = call.name === "mv";
  const { has, rest } = parseOptions(call, {
    flags: move ? "fnv" : "rRafv",
    long: move ? { force: "f" } : { recursive: "r", archive: "a", force: "f" },
    absent: move ? "bituSTZ" : "bdHilLnPpstTuxZ",
  });
  const operands = [...rest];
  const to = operands.pop();
  if (to === undefined) throw usage(call.name, "missing file operand");
  if (operands.length === 0) {
    throw usage(call.name, `missing destination file operand after '${to}'`);
  }
  const { files } = call.world;
  const target = pathOf(call, to);
  const intoFolder = files.kind(target) === "folder";
  if (operands.length > 1 && !intoFolder) {
    call.stderr.write(`${call.name}: target '${to}': No such file or directory\n`);
    return Promise.resolve(1);
  }
  return each(call, operands, (path, operand) => {
    const kind = files.kind(path);
    if (kind === undefined)
      throw new Refusal(`cannot stat '${operand}': No such file or directory`);
    if (kind === "folder" && !move && !has("r") && !has("R") && !has("a")) {
      throw new Refusal(`-r not specified; omitting directory '${operand}'`);
    }
    const end = intoFolder ? joinPath(target, baseName(path)) : target;
    if (end === path) throw new Refusal(`'${operand}' and '${to}' are the same file`);
    if (end.startsWith(`${path}/`)) {
      throw new Refusal(
        `cannot ${move ? "move" : "copy"} '${operand}' to a subdirectory of itself`,
      );
    }
    const words = `cannot ${move ? "move" : "create regular file"} '${move ? operand : to}'`;
    attempt(move ? `${words} to '${to}'` : words, () => {
      copyTree(call, path, end);
      if (move) removeTree(call, path);
    });
  });
}

function copyTree(call: Call, from: string, to: string): void {
  const { files } = call.world;
  if (files.kind(from) === "file") return files.write(to, files.read(from));
  if (files.kind(to) === undefined) files.makeFolder(to);
  for (const name of files.list(from)) {
    const plain = name.replace(/\/$/, "");
    copyTree(call, joinPath(from, plain), joinPath(to, plain));
  }
}
