// The commands that look names up: asked of the same DNS as curl asks.

import type { Command } from "../../command.ts";
import { dig, digHelp } from "./dig.ts";
import { getent, host, nslookup } from "./lookups.ts";

export const nameCommands: readonly Command[] = [
  { name: "dig", summary: "ask the street's DNS", help: digHelp, run: dig },
  {
    name: "nslookup",
    summary: "ask the street's DNS",
    help: "nslookup [-type=TYPE] NAME [SERVER]\n",
    run: nslookup,
  },
  {
    name: "host",
    summary: "ask the street's DNS",
    help: "host [-t TYPE] NAME [SERVER]\n",
    run: host,
  },
  {
    name: "getent",
    summary: "look a name up as programs do",
    help: "getent hosts|ahosts NAME…   (/etc/hosts first, then DNS)\n",
    run: getent,
  },
];
