// help and man: what there is, and how to use it.

import type { Call, Command } from "../../command.ts";
import { textWidth } from "../../terminal/width.ts";

export const helps: readonly Command[] = [
  {
    name: "help",
    summary: "what this terminal can do",
    help: "help [COMMAND]\n",
    run: help,
  },
  {
    name: "man",
    summary: "how to use a command",
    help: "man COMMAND\n",
    run: man,
  },
];

const sections: readonly (readonly [string, string])[] = [
  ["The cluster", "kubectl k helm"],
  ["Requests", "curl wget dig nslookup host ping nc telnet traceroute hey openssl"],
  ["Files", "ls cat head tail find mkdir cp mv rm touch tar vi nano code"],
  ["Texts", "grep sed awk jq sort uniq cut tr wc tee xargs base64 diff"],
  ["The shell", "echo printf env export alias history jobs kill clear watch sleep date seq"],
  ["The sandbox", "hotel"],
];

async function help(call: Call): Promise<number> {
  if (call.args.length > 0) return man(call);
  const { stdout } = call;
  stdout.write("This is your laptop. The cluster is at the other end of kubectl.\n\n");
  for (const [title, names] of sections) {
    const known = names
      .split(" ")
      .filter((name) => call.commands.has(name) || call.session.aliases.has(name));
    stdout.write(`  ${title.padEnd(12)} ${known.join("  ")}\n`);
  }
  stdout.write(
    "\nTry:  kubectl get pods -A          who works here" +
      "\n      kubectl apply -f FILE.yaml    file a card of rules" +
      "\n      curl -v http://example.com/   send a guest to the door\n" +
      "\nNAME --help tells how to use a command. Tab completes, Up goes back, Ctrl+R searches," +
      "\nCtrl+C stops, Ctrl+L clears. Pipes, &&, >, <<EOF, $(…) and for loops work.\n",
  );
  return 0;
}

async function man(call: Call): Promise<number> {
  const [name] = call.args;
  if (name === undefined) {
    call.stderr.write("What manual page do you want?\nFor example, try 'man man'.\n");
    return 1;
  }
  const alias = call.session.aliases.get(name)?.split(" ")[0];
  const entry = call.commands.get(alias ?? name);
  if (entry === undefined) {
    call.stderr.write(`No manual entry for ${name}\n`);
    return 16;
  }
  call.stdout.write(manual(await call.world.clock.during(entry.load())));
  return 0;
}

/** What `NAME --help` prints. */
export function manual(command: Command): string {
  const dash = "-".repeat(textWidth(command.name));
  return `${command.name}: ${command.summary}\n${dash}\n${command.help}`;
}
