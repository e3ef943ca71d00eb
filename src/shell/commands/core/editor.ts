// vi, vim, nano, emacs, code: the page's editor.

import { noBytes } from "../../../base/bytes.ts";
import { notHere, pathOf, type Call, type Command } from "../../command.ts";

export const editors: readonly Command[] = ["vi", "vim", "nano", "emacs", "code", "edit"].map(
  (name) => ({
    name,
    summary: "open a file in the editor",
    help: `${name} FILE   (opens the page's own editor)\n`,
    run: (call) => Promise.resolve(open(call)),
  }),
);

function open(call: Call): number {
  const { world, stdout, stderr } = call;
  const operands = call.args.filter((arg) => !arg.startsWith("-") && !arg.startsWith("+"));
  if (operands.length === 0) {
    stderr.write(`${call.name}: name a file: ${call.name} ingress.yaml\n`);
    return 1;
  }
  if (world.openEditor === undefined) {
    stderr.write(`${call.name}: ${notHere("there is no editor beside this terminal")}\n`);
    return 1;
  }
  for (const operand of operands) {
    const path = pathOf(call, operand);
    const kind = world.files.kind(path);
    if (kind === "folder") {
      stderr.write(`${call.name}: ${operand}: Is a directory\n`);
      return 1;
    }
    if (kind === undefined) world.files.write(path, noBytes);
    void world.openEditor(path);
    stdout.write(`${operand} is open in the editor.\n`);
  }
  return 0;
}
