// xargs: arguments from standard input.

import { CommandError, type Call, type Command } from "../../command.ts";
import { linesOf, readText } from "../../streams.ts";
import { parseOptions } from "../options.ts";

export const xargs: Command = {
  name: "xargs",
  summary: "run a command with arguments from a pipe",
  help: "xargs [-n COUNT] [-I PLACE] [-r] [COMMAND…]\n",
  run,
};

async function run(call: Call): Promise<number> {
  const options = parseOptions(call, {
    flags: "rt",
    values: "nIdPL",
    long: {
      "no-run-if-empty": "r",
      "max-args": "n",
      delimiter: "d",
      verbose: "t",
      "max-procs": "P",
    },
    absent: "0Eaeiopsx",
    stopAtOperand: true,
  });
  const command = options.rest.length > 0 ? options.rest : ["echo"];
  const text = await readText(call.stdin);
  const place = options.value("I");
  const items =
    place !== undefined
      ? linesOf(text)
          .map((line) => line.trim())
          .filter((line) => line !== "")
      : options.has("d")
        ? text.replace(/\n$/, "").split(options.value("d")!.replace("\\n", "\n"))
        : (text.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((item) =>
            item.replace(/^(["'])(.*)\1$/, "$2"),
          );
  if (items.length === 0 && (options.has("r") || place !== undefined)) return 0;
  const size = place !== undefined ? 1 : Number(options.value("n") ?? Math.max(1, items.length));
  if (!(size >= 1)) {
    throw new CommandError(`xargs: invalid number "${options.value("n")}" for -n option\n`);
  }
  let failed = false;
  for (let at = 0; at === 0 || at < items.length; at += size) {
    const part = items.slice(at, at + size);
    const argv =
      place !== undefined
        ? command.map((word) => word.replaceAll(place, part[0]!))
        : [...command, ...part];
    if (options.has("t")) call.stderr.write(`${argv.join(" ")}\n`);
    const status = await call.run(argv);
    if (status === 127) return 127;
    if (status !== 0) failed = true;
    if (call.signal.aborted) return 130;
  }
  return failed ? 123 : 0;
}
