// grand-ingress: the command line. One subcommand a file; each gets its arguments and returns
// the exit status.

import { compareCards, compareUsage } from "./cards/compare.ts";
import { explainCards, explainUsage } from "./cards/explain.ts";
import { lintCards, lintUsage } from "./cards/lint.ts";
import { nginxConfUsage, printNginxConf } from "./cards/nginxconf.ts";
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
  explain: {
    summary: "tell which rule of some manifests serves a request, and why no other",
    usage: explainUsage,
    run: explainCards,
  },
  lint: {
    summary: "find rules that nobody reaches, ignored annotations, unfit certificates",
    usage: lintUsage,
    run: lintCards,
  },
  compare: {
    summary: "find requests that two implementations, or two sets of manifests, answer differently",
    usage: compareUsage,
    run: compareCards,
  },
  "nginx-conf": {
    summary: "print the nginx.conf that ingress-nginx would write",
    usage: nginxConfUsage,
    run: printNginxConf,
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
