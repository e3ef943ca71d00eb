// What hey prints at the end (requester/report.go, requester/print.go).

/** Where the time of one request went, in milliseconds. */
export interface Timing {
  /** Where it was dialled; "" while the name is not looked up. */
  ip: string;
  /** Lookup and dialling together. */
  dialMs: number;
  lookupMs: number;
  writeMs: number;
  waitMs: number;
  readMs: number;
}

/** How one request ended. */
export type Outcome =
  | {
      readonly status: number;
      readonly bytes: number;
      readonly ms: number;
      readonly timing: Timing;
    }
  | { readonly error: string };

type Answered = Extract<Outcome, { status: number }>;

/** The summary, from its empty first line to its last. */
export function summary(outcomes: readonly Outcome[], totalMs: number): string {
  const answered = outcomes.filter((one): one is Answered => "status" in one);
  const times = answered.map(({ ms }) => ms).sort(ascending);
  const bytes = answered.reduce((sum, one) => sum + one.bytes, 0);
  const size = Math.floor(bytes / answered.length);
  const data = bytes > 0 ? `\n  Total data:\t${bytes} bytes\n  Size/request:\t${size} bytes` : "";
  return (
    `\nSummary:\n  Total:\t${secs(totalMs)} secs\n  Slowest:\t${secs(times.at(-1) ?? 0)} secs\n` +
    `  Fastest:\t${secs(times[0] ?? 0)} secs\n  Average:\t${secs(mean(times))} secs\n` +
    `  Requests/sec:\t${secs((outcomes.length / totalMs) * 1_000_000)}\n  ${data}\n\n` +
    `Response time histogram:\n${histogram(times)}\n\nLatency distribution:${latencies(times)}\n\n` +
    `Details (average, fastest, slowest):${details(answered)}\n\n` +
    `Status code distribution:${distribution(answered.map(({ status }) => `${status}`))}\n\n` +
    `${errors(outcomes)}\n`
  );
}

/** `-o csv`. */
export function csv(outcomes: readonly Outcome[]): string {
  const rows = outcomes.flatMap((one) => {
    if ("error" in one) return [];
    const { dialMs, lookupMs, writeMs, waitMs, readMs } = one.timing;
    const times = [one.ms, dialMs, lookupMs, writeMs, waitMs, readMs].map(secs);
    return [`${[...times, one.status, "0.0000"].join(",")}\n`];
  });
  const head = "response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read";
  return `${head},status-code,offset\n${rows.join("")}`;
}

const ascending = (a: number, b: number): number => a - b;

/** Go's %4.4f of seconds. */
function secs(ms: number): string {
  return Number.isFinite(ms) ? (ms / 1000).toFixed(4) : " NaN";
}

function mean(times: readonly number[]): number {
  return times.reduce((sum, ms) => sum + ms, 0) / times.length;
}

function histogram(times: readonly number[]): string {
  if (times.length === 0) return "";
  const [fastest, slowest] = [times[0]!, times.at(-1)!];
  const step = (slowest - fastest) / 10;
  const marks = Array.from({ length: 11 }, (_, i) => (i === 10 ? slowest : fastest + step * i));
  const counts = marks.map(() => 0);
  let bucket = 0;
  for (const ms of times) {
    while (ms > marks[bucket]! && bucket < marks.length - 1) bucket++;
    counts[bucket]!++;
  }
  const most = Math.max(...counts);
  const lines = marks.map((mark, i) => {
    const bar = "■".repeat(Math.floor((counts[i]! * 40 + Math.floor(most / 2)) / most));
    return `  ${(mark / 1000).toFixed(3)} [${counts[i]}]\t|${bar}\n`;
  });
  return lines.join("");
}

/** hey prints "%%" as it stands in its template. */
function latencies(times: readonly number[]): string {
  if (times.length === 0) return "";
  const wanted = [10, 25, 50, 75, 90, 95, 99];
  const found: number[] = [];
  for (const [index, ms] of times.entries()) {
    const percent = Math.floor((index * 100) / times.length);
    if (found.length < wanted.length && percent >= wanted[found.length]!) found.push(ms);
  }
  return wanted
    .map((percent, i) =>
      found[i] ? `\n  ${percent}%% in ${secs(found[i])} secs` : "\n  0%% in 0.0000 secs",
    )
    .join("");
}

function details(answered: readonly Answered[]): string {
  const rows: readonly (readonly [string, (timing: Timing) => number])[] = [
    ["DNS+dialup", ({ dialMs }) => dialMs],
    ["DNS-lookup", ({ lookupMs }) => lookupMs],
    ["req write", ({ writeMs }) => writeMs],
    ["resp wait", ({ waitMs }) => waitMs],
    ["resp read", ({ readMs }) => readMs],
  ];
  return rows
    .map(([name, of]) => {
      const times = answered.map(({ timing }) => of(timing)).sort(ascending);
      const all = [mean(times), times[0] ?? 0, times.at(-1) ?? 0].map((ms) => `${secs(ms)} secs`);
      return `\n  ${name}:\t${all.join(", ")}`;
    })
    .join("");
}

/** How often each value comes, sorted. */
function distribution(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([value, count]) => `\n  [${value}]\t${count} responses`).join("");
}

function errors(outcomes: readonly Outcome[]): string {
  const counts = new Map<string, number>();
  for (const one of outcomes) {
    if ("error" in one) counts.set(one.error, (counts.get(one.error) ?? 0) + 1);
  }
  if (counts.size === 0) return "";
  const lines = [...counts].map(([error, count]) => `\n  [${count}]\t${error}`);
  return `Error distribution:${lines.join("")}`;
}
