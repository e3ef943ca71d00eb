// grand-ingress: the command line. One subcommand a file; each gets its arguments and returns
// the exit status.

import { serve, serveUsage } from "./serve.ts";
import { testCases, testUsage } from "./test.ts";

interface Command {
  readonly summary: string;
  readonly usage: string;
  run(args: string[]): Promise<number>;
}

const commands: Record<string, Command> = {
  serve: {
    summary: "open the cluster to real kubectl, curl and openssl",
    usage: serveUsage,
    run: serve,
  },
  test: {
    summary: "run case files of ingress controllers, each case in a cluster of its own",
    usage: testUsage,
    run: testCases,
  },
};

const usage = `Usage: grand-ingress COMMAND [OPTIONS]

Commands:
${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  .join("\n")}

grand-ingress COMMAND --help tells a command's options.
`;

async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(usage);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    process.stderr.write(`grand-ingress: wanted a command, saw "${name}"\n\n${usage}`);
    return 2;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    process.stdout.write(command.usage);
    return 0;
  }
  return command.run(rest);
}

process.exitCode = await main(process.argv.slice(2));
