// Is anybody there, and how many at once: ping, nc, telnet, traceroute, hey; and wget.

import type { Command } from "../../command.ts";
import { hey, heyUsage } from "./hey.ts";
import { nc } from "./nc.ts";
import { ping } from "./ping.ts";
import { telnet } from "./telnet.ts";
import { traceroute } from "./traceroute.ts";
import { wget, wgetHelp } from "./wget.ts";

const ncHelp =
  "nc [-zvCN] [-w SECONDS] HOST PORT[-PORT]\n" +
  "  -z  only try the port      -v  say what happened      -w  give up after so long\n" +
  "  printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc example.com 80   talks by hand\n";

export const probes: readonly Command[] = [
  {
    name: "ping",
    summary: "ask whether a host is there",
    help: "ping [-c COUNT] [-i SECONDS] [-W SECONDS] [-w SECONDS] [-nq] HOST\n",
    run: ping,
  },
  { name: "nc", summary: "try a port, or talk to it", help: ncHelp, run: nc },
  { name: "netcat", summary: "try a port, or talk to it", help: ncHelp, run: nc },
  { name: "telnet", summary: "talk to a port by hand", help: "telnet HOST [PORT]\n", run: telnet },
  {
    name: "traceroute",
    summary: "say who passes a connection on",
    help: "traceroute [-n] [-p PORT] HOST\n",
    run: traceroute,
  },
  { name: "wget", summary: "fetch a URL into a file", help: wgetHelp, run: wget },
  { name: "hey", summary: "send many requests at once", help: heyUsage, run: hey },
];
