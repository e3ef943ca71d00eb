// grand-ingress test FILE…: runs case files, and tells what differs. A file's `format` says what
// its cases are: requests through a cluster each, objects for the API server, or what kubectl prints.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { expandCases } from "../cluster/cases/format.ts";
import type { Case, CaseFile } from "../cluster/cases/format.ts";
import type { GatewayCase as ApiCase, GatewayCaseFile } from "../cluster/cases/gateway/format.ts";
import type { GatewayCase } from "../sandbox/acceptance/gateway.ts";
import type { PrintingCase } from "../sandbox/acceptance/printing.ts";
import type { ValidationCase } from "../sandbox/acceptance/validation.ts";
import type { Verdict } from "../sandbox/acceptance/verdict.ts";

export const testUsage = `Usage: grand-ingress test [OPTIONS] FILE…

Runs the cases of each FILE, by its format:

  ingress-routing     for every case a cluster is started, its objects are applied, its requests
                      are sent, and the answers are compared
  ingress-validation  whether an Ingress, IngressClass, Service or Secret is accepted, and with
                      which errors not
  gateway-validation  whether an object of Gateway API is accepted
  gateway-api         Gateway API's conformance: a cluster with the gateway controller, statuses
                      and requests; features that GatewayClass status does not list are skipped
  kubectl-printing    the rows of kubectl get, ages, and the texts of kubectl describe

Options:
  --filter TEXT   only cases whose id or feature contains TEXT
  --json          one line of JSON a case, and one for the sum
`;

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

async function* runFile(file: CaseFile, filter: string): AsyncGenerator<Verdict> {
  const { format, cases } = file;
  const run = await runnerFor(file);
  for (const one of cases) {
    const { id, title, feature = "" } = one;
    if (!id.includes(filter) && !feature.includes(filter)) continue;
    if (run) yield await run(one);
    else {
      const complaints = [`files of format ${format} are not run by this command`];
      yield { id, title, verdict: "skipped", complaints };
    }
  }
}

type Runner = (one: Case) => Promise<Verdict>;

/** How cases of a format are run; undefined for a format that nobody knows. */
async function runnerFor(file: CaseFile): Promise<Runner | undefined> {
  switch (file.format.replace(/\/\d+$/, "")) {
    case "ingress-routing":
      return (await import("../cluster/cases/run.ts")).runCase;
    case "ingress-validation": {
      const { runValidationCase } = await import("../sandbox/acceptance/validation.ts");
      return (one) => runValidationCase(one as unknown as ValidationCase);
    }
    case "kubectl-printing": {
      const { runPrintingCase } = await import("../sandbox/acceptance/printing.ts");
      return (one) => runPrintingCase(one as unknown as PrintingCase);
    }
    case "gateway-validation": {
      const { GatewayRunner } = await import("../sandbox/acceptance/gateway.ts");
      const runner = new GatewayRunner();
      return (one) => runner.run(one as unknown as GatewayCase);
    }
    case "gateway-api":
    case "gateway-httproute": {
      const { GatewayCases } = await import("../cluster/cases/gateway/run.ts");
      const runner = new GatewayCases(file as unknown as GatewayCaseFile);
      return (one) => runner.run(one as unknown as ApiCase);
    }
    default:
      return undefined;
  }
}

function printed({ id, title, verdict, complaints }: Verdict): string {
  const mark = { passed: "ok  ", failed: "FAIL", skipped: "skip" }[verdict];
  return [`${mark} ${id}: ${title}`, ...complaints.map((one) => `       ${one}`), ""].join("\n");
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
