// What filters read: the files named, or standard input.

import { faultWords, pathOf, type Call } from "../../command.ts";
import { FileError } from "../../files.ts";
import { emptyInput, inputOf, type Input } from "../../streams.ts";

export interface NamedInput {
  /** As it was given; "-" for standard input. */
  readonly name: string;
  readonly input: Input;
}

/** Opens the operands one by one; what cannot be read is told and counts as a failure. */
export function openInputs(
  call: Call,
  operands: readonly string[],
  complaint: (name: string, words: string) => string = (name, words) => `${name}: ${words}`,
): { inputs: readonly NamedInput[]; failed: boolean } {
  if (operands.length === 0) return { inputs: [{ name: "-", input: call.stdin }], failed: false };
  const inputs: NamedInput[] = [];
  let failed = false;
  for (const name of operands) {
    if (name === "-") {
      inputs.push({ name, input: call.stdin });
      continue;
    }
    if (name === "/dev/null" || name === "/dev/stdin") {
      inputs.push({ name, input: name === "/dev/null" ? emptyInput : call.stdin });
      continue;
    }
    try {
      inputs.push({ name, input: inputOf(call.world.files.read(pathOf(call, name))) });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      call.stderr.write(`${call.name}: ${complaint(name, faultWords(error))}\n`);
      failed = true;
    }
  }
  return { inputs, failed };
}
