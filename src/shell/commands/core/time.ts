// Time passes in the cluster's clock: sleep, date, watch, time, timeout.

import { CommandError, type Call, type Command } from "../../command.ts";
import { Collector } from "../../streams.ts";
import { parseOptions, usage } from "../options.ts";
import { pause } from "../pause.ts";

export const times: readonly Command[] = [
  {
    name: "sleep",
    summary: "wait, in cluster time",
    help: "sleep SECONDS   (suffixes s, m, h, d)\n",
    run: sleep,
  },
  {
    name: "date",
    summary: "the cluster's date and time",
    help: "date [-u] [-I] [+FORMAT]\n",
    run: (call) => Promise.resolve(date(call)),
  },
  {
    name: "watch",
    summary: "run a command again and again",
    help: "watch [-n SECONDS] [-t] COMMAND…   (Ctrl+C ends it)\n",
    run: watch,
  },
  { name: "time", summary: "say how long a command takes", help: "time COMMAND…\n", run: time },
  {
    name: "timeout",
    summary: "end a command after a while",
    help: "timeout SECONDS COMMAND…\n",
    run: timeout,
  },
];

function durationOf(call: Call, text: string): number {
  if (/^inf(inity)?$/.test(text)) return Infinity;
  const found = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(text);
  if (found === null) throw usage(call.name, `invalid time interval ‘${text}’`);
  const unit = { "": 1, s: 1, m: 60, h: 3600, d: 86400 }[found[2] as "" | "s"]!;
  return Number(found[1]) * unit * 1000;
}

async function sleep(call: Call): Promise<number> {
  if (call.args.length === 0) throw usage("sleep", "missing operand");
  const total = call.args.reduce((sum, text) => sum + durationOf(call, text), 0);
  await pause(call, total);
  return 0;
}

const days = "Sun Mon Tue Wed Thu Fri Sat".split(" ");
const longDays = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function date(call: Call): number {
  const options = parseOptions(call, {
    flags: "uIR",
    long: { utc: "u", universal: "u", "rfc-email": "R" },
    absent: "dfrs",
    absentLong: ["date", "set", "file", "reference"],
  });
  const now = new Date(call.world.clock.now());
  const [format] = options.rest;
  if (format !== undefined && !format.startsWith("+")) {
    throw new CommandError(`date: invalid date ‘${format}’\n`);
  }
  const pattern =
    format?.slice(1) ??
    (options.has("I") ? "%F" : options.has("R") ? "%a, %d %b %Y %T +0000" : "%a %b %e %T UTC %Y");
  call.stdout.write(`${formatDate(now, pattern)}\n`);
  return 0;
}

function formatDate(at: Date, pattern: string): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const hour12 = at.getUTCHours() % 12 || 12;
  const fields: Record<string, () => string> = {
    a: () => days[at.getUTCDay()]!,
    A: () => longDays[at.getUTCDay()]!,
    b: () => months[at.getUTCMonth()]!,
    d: () => two(at.getUTCDate()),
    e: () => String(at.getUTCDate()).padStart(2),
    F: () => at.toISOString().slice(0, 10),
    H: () => two(at.getUTCHours()),
    I: () => two(hour12),
    j: () =>
      String(
        Math.floor((at.getTime() - Date.UTC(at.getUTCFullYear(), 0, 0)) / 86_400_000),
      ).padStart(3, "0"),
    m: () => two(at.getUTCMonth() + 1),
    M: () => two(at.getUTCMinutes()),
    n: () => "\n",
    N: () => `${String(at.getUTCMilliseconds()).padStart(3, "0")}000000`,
    p: () => (at.getUTCHours() < 12 ? "AM" : "PM"),
    s: () => String(Math.floor(at.getTime() / 1000)),
    S: () => two(at.getUTCSeconds()),
    T: () => at.toISOString().slice(11, 19),
    u: () => String(at.getUTCDay() || 7),
    y: () => two(at.getUTCFullYear() % 100),
    Y: () => String(at.getUTCFullYear()),
    Z: () => "UTC",
    z: () => "+0000",
    "%": () => "%",
  };
  return pattern.replace(/%(.)/g, (all, letter: string) => fields[letter]?.() ?? all);
}

async function watch(call: Call): Promise<number> {
  const options = parseOptions(call, {
    flags: "tdbecx",
    values: "n",
    long: { interval: "n", "no-title": "t", differences: "d" },
    absent: "gpqrw",
    stopAtOperand: true,
  });
  if (options.rest.length === 0) {
    throw new CommandError("Usage:\n watch [options] command\n");
  }
  const seconds = Number(options.value("n") ?? 2);
  if (!(seconds > 0))
    throw new CommandError(`watch: failed to parse argument: '${options.value("n")}'\n`);
  const line = options.rest.join(" ");
  while (!call.signal.aborted) {
    const output = new Collector();
    await call.runLine(line, { stdout: output, stderr: output });
    const title = `Every ${seconds.toFixed(1)}s: ${line}`;
    const now = formatDate(new Date(call.world.clock.now()), "hotel: %a %b %e %T %Y");
    const gap = Math.max(1, call.columns - title.length - now.length);
    if (call.tty) call.stdout.write("\x1b[H\x1b[2J");
    if (!options.has("t")) call.stdout.write(`${title}${" ".repeat(gap)}${now}\n\n`);
    call.stdout.write(output.bytes());
    await pause(call, seconds * 1000);
  }
  return 0;
}

async function time(call: Call): Promise<number> {
  const start = call.world.clock.now();
  const status = call.args.length > 0 ? await call.run(call.args) : 0;
  const seconds = (call.world.clock.now() - start) / 1000;
  const show = (value: number): string => `${Math.floor(value / 60)}m${(value % 60).toFixed(3)}s`;
  call.stderr.write(`\nreal\t${show(seconds)}\nuser\t${show(0)}\nsys\t${show(0)}\n`);
  return status;
}

async function timeout(call: Call): Promise<number> {
  const [limit, ...argv] = call.args;
  if (limit === undefined || argv.length === 0) throw usage("timeout", "missing operand", 125);
  const ended = new AbortController();
  const timer = call.world.clock.after(durationOf(call, limit), () => ended.abort());
  const signal = AbortSignal.any([call.signal, ended.signal]);
  const status = await call.run(argv, { signal });
  timer.cancel();
  return ended.signal.aborted ? 124 : status;
}
