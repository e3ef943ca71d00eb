// What steers a shell: jobs in the background, functions, parameters. Words as bash says them.

import { CommandError, type Call, type Command } from "../../command.ts";
import { ReturnJump } from "../../jumps.ts";
import type { Job } from "../../jobs.ts";
import { shellPid } from "../../session.ts";

export const controls: readonly Command[] = [
  command("jobs", "list what runs in the background", "jobs [-lp]\n", jobs),
  command("fg", "wait for a background job", "fg [%JOB]\n", fg),
  command(
    "bg",
    "go on with a stopped job (none ever is: Ctrl+Z does not stop one here)",
    "bg\n",
    bg,
  ),
  command("wait", "wait for background jobs", "wait [%JOB | PID]…\n", wait),
  command("kill", "end a background job", "kill [-SIGNAL] %JOB | PID…   kill -l\n", kill),
  command("disown", "forget a background job", "disown [%JOB]\n", ({ session, args }) => {
    const job = session.jobs.find(args[0] ?? "%+");
    if (job) session.jobs.remove(job);
    return job ? 0 : 1;
  }),
  command("return", "leave a function", "return [STATUS]\n", ({ args, session }) => {
    throw new ReturnJump(args[0] === undefined ? session.status : Number(args[0]) & 255);
  }),
  command("shift", "drop the first parameters", "shift [COUNT]\n", ({ args, session }) => {
    const count = Number(args[0] ?? 1);
    if (!(count <= session.parameters.length)) return 1;
    session.parameters = session.parameters.slice(count);
    return 0;
  }),
  command("local", "a variable of a function", "local NAME[=VALUE]…\n", declare),
  command("declare", "set variables", "declare NAME[=VALUE]…\n", declare),
  command("readonly", "set variables", "readonly NAME[=VALUE]…\n", declare),
  command("eval", "run words as a command line", "eval WORD…\n", (call) =>
    call.args.length === 0 ? 0 : call.runLine(call.args.join(" ")),
  ),
  command("exec", "run a command instead of the shell", "exec COMMAND…\n", (call) =>
    call.args.length === 0 ? 0 : call.run(call.args),
  ),
  command("command", "run a command, not a function", "command [-v] COMMAND…\n", commandRun),
  command("trap", "run something at the end (signals do not come here)", "trap\n", () => 0),
  command("ps", "list processes", "ps [aux | -ef]\n", ps),
];

function command(
  name: string,
  summary: string,
  help: string,
  run: (call: Call) => number | Promise<number>,
): Command {
  return { name, summary, help, run: async (call) => run(call) };
}

function jobs({ session, stdout, args }: Call): number {
  for (const job of session.jobs.list) {
    if (args.includes("-p")) stdout.write(`${job.pid}\n`);
    else stdout.write(session.jobs.line(job));
  }
  session.jobs.news();
  return 0;
}

function jobOf(call: Call, word: string): Job {
  const job = call.session.jobs.find(word);
  if (job !== undefined) return job;
  const what = word.startsWith("%") || call.name === "fg" ? "no such job" : "no such process";
  const shown = call.args[0] === undefined ? "current" : word;
  if (call.name === "kill" && !word.startsWith("%")) {
    throw new CommandError(`bash: kill: (${word}) - No such process\n`);
  }
  throw new CommandError(`bash: ${call.name}: ${shown}: ${what}\n`);
}

async function fg(call: Call): Promise<number> {
  const job = jobOf(call, call.args[0] ?? "%+");
  call.stdout.write(`${job.words}\n`);
  call.signal.addEventListener("abort", () => job.stop.abort(), { once: true });
  const status = await job.ended;
  call.session.jobs.remove(job);
  return status;
}

function bg(call: Call): number {
  const job = jobOf(call, call.args[0] ?? "%+");
  throw new CommandError(`bash: bg: job ${job.number} already in background\n`);
}

async function wait(call: Call): Promise<number> {
  const { session, args, signal } = call;
  const words = args.filter((word) => !word.startsWith("-"));
  const wanted = words.length > 0 ? words.map((word) => jobOf(call, word)) : session.jobs.list;
  const interrupted = new Promise<number>((resolve) => {
    signal.addEventListener("abort", () => resolve(130), { once: true });
  });
  let status = 0;
  for (const job of [...wanted]) status = await Promise.race([job.ended, interrupted]);
  return words.length > 0 ? status : 0;
}

const signals = "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM".split(" ");

function kill(call: Call): number {
  const { args, stdout, stderr } = call;
  if (args[0] === "-l") {
    stdout.write(`${signals.map((name, index) => `${index + 1}) SIG${name}`).join("  ")}\n`);
    return 0;
  }
  const words = args.filter((word, index) => !(index === 0 && word.startsWith("-")));
  if (words.length === 0) {
    throw new CommandError(
      "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ...\n",
      2,
    );
  }
  let status = 0;
  for (const word of words) {
    if (word === String(shellPid) || word === "$$" || word === "1") {
      stderr.write(`bash: kill: (${word}) - Operation not permitted\n`);
      status = 1;
    } else jobOf(call, word).stop.abort();
  }
  return status;
}

function declare({ args, session }: Call): number {
  for (const argument of args.filter((one) => !one.startsWith("-"))) {
    const [name = "", ...value] = argument.split("=");
    if (argument.includes("=")) session.variables.set(name, value.join("="));
  }
  return 0;
}

function commandRun(call: Call): number | Promise<number> {
  const [first, ...rest] = call.args;
  if (first !== "-v" && first !== "-V") return first === undefined ? 0 : call.run(call.args);
  let status = 0;
  for (const name of rest) {
    const alias = call.session.aliases.get(name);
    if (alias !== undefined) call.stdout.write(`alias ${name}='${alias}'\n`);
    else if (call.session.functions.has(name)) call.stdout.write(`${name}\n`);
    else if (call.commands.has(name)) call.stdout.write(`/usr/bin/${name}\n`);
    else status = 1;
  }
  return status;
}

/** Process 1, this shell, its jobs, and ps itself. */
function ps(call: Call): number {
  const { session, world, stdout } = call;
  const time = new Date(world.clock.now()).toISOString().slice(11, 16);
  const shell = session.dialect === "bash" ? "bash" : "sh";
  const processes = [
    { pid: 1, words: session.firstProcess || shell },
    { pid: shellPid, words: shell },
    ...session.jobs.list.map(({ pid, words }) => ({ pid, words })),
    { pid: shellPid + 1000, words: ["ps", ...call.args].join(" ") },
  ];
  if (session.dialect === "busybox") {
    stdout.write("PID   USER     TIME  COMMAND\n");
    for (const { pid, words } of processes) {
      stdout.write(`${String(pid).padStart(5)} root      0:00 ${words}\n`);
    }
    return 0;
  }
  const letters = call.args.join("").replace("-", "");
  if (/a|u/.test(letters)) {
    stdout.write("USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n");
    for (const { pid, words } of processes) {
      const row = `${session.user.padEnd(8)} ${String(pid).padStart(7)}  0.0  0.1   4364  3228`;
      stdout.write(`${row} pts/0    S    ${time}   0:00 ${words}\n`);
    }
  } else if (/e|f/.test(letters)) {
    stdout.write("UID          PID    PPID  C STIME TTY          TIME CMD\n");
    for (const { pid, words } of processes) {
      const parent = pid === 1 ? 0 : pid === shellPid ? 1 : shellPid;
      const row = `${session.user.padEnd(8)} ${String(pid).padStart(7)} ${String(parent).padStart(7)}`;
      stdout.write(`${row}  0 ${time} pts/0    00:00:00 ${words}\n`);
    }
  } else {
    stdout.write("    PID TTY          TIME CMD\n");
    for (const { pid, words } of processes.slice(1)) {
      stdout.write(`${String(pid).padStart(7)} pts/0    00:00:00 ${words.split(" ")[0]}\n`);
    }
  }
  return 0;
}
