// grand-ingress test FILE…: runs case files of ingress controllers, each case in a cluster of its
// own, and tells what differs.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { expandCases } from "../cluster/cases/format.ts";
import type { CaseFile } from "../cluster/cases/format.ts";
import { runCase } from "../cluster/cases/run.ts";

export const testUsage = `Usage: grand-ingress test [OPTIONS] FILE…

Runs the cases of each FILE (format "ingress-routing/1"): for every case a cluster is started, its
objects are applied, its requests are sent, and the answers are compared.

Options:
  --filter TEXT   only cases whose id or feature contains TEXT
  --json          one line of JSON a case, and one for the sum
`;

interface Verdict {
  readonly id: string;
  readonly title: string;
  readonly verdict: "passed" | "failed" | "skipped";
  readonly complaints: readonly string[];
}

/** Runs the command; the exit status is 1 when a case failed, 2 for a wrong command line. */
export async function testCases(args: string[]): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: "boolean", default: false }, filter: { type: "string" } },
    });
  } catch (error) {
    process.stderr.write(`grand-ingress test: ${wordsOf(error)}\n\n${testUsage}`);
    return 2;
  }
  const { values, positionals } = parsed;
  if (positionals.length === 0) {
    process.stderr.write(`grand-ingress test: wanted a FILE, saw none\n\n${testUsage}`);
    return 2;
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const path of positionals) {
    const file = read(path);
    if (typeof file === "string") {
      process.stderr.write(`grand-ingress test: ${path}: ${file}\n`);
      return 2;
    }
    for await (const report of runFile(file, values.filter ?? "")) {
      counts[report.verdict]++;
      process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : printed(report));
    }
  }
  const { passed, failed, skipped } = counts;
  const sum = `${passed} passed, ${failed} failed, ${skipped} skipped`;
  process.stdout.write(values.json ? `${JSON.stringify(counts)}\n` : `${sum}\n`);
  return failed > 0 ? 1 : 0;
}

/** The file's content, or what is wrong with it. */
function read(path: string): CaseFile | string {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    const file = expandCases(value);
    return Array.isArray(file.cases) ? file : 'wanted an object with "cases", saw none';
  } catch (error) {
    return wordsOf(error);
  }
}

async function* runFile({ format, cases }: CaseFile, filter: string): AsyncGenerator<Verdict> {
  for (const one of cases) {
    const { id, title, feature = "" } = one;
    if (!id.includes(filter) && !feature.includes(filter)) continue;
    if (!format.startsWith("ingress-routing/")) {
      const complaints = [`files of format ${format} are not run by this command`];
      yield { id, title, verdict: "skipped", complaints };
    } else yield runCase(one);
  }
}

function printed({ id, title, verdict, complaints }: Verdict): string {
  const mark = { passed: "ok  ", failed: "FAIL", skipped: "skip" }[verdict];
  return [`${mark} ${id}: ${title}`, ...complaints.map((one) => `       ${one}`), ""].join("\n");
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
