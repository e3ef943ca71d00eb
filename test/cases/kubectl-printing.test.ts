// What `kubectl get` and `kubectl describe` print of objects, and ages, as upstream's own tests
// have it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { expandCases } from "../../src/cluster/cases/format.ts";
import { runPrintingCase } from "../../src/sandbox/acceptance/printing.ts";
import type { PrintingCase } from "../../src/sandbox/acceptance/printing.ts";

const file = join(import.meta.dirname, "kubectl-printing.json");
const { cases } = expandCases(JSON.parse(readFileSync(file, "utf8")));

test.each((cases as unknown as PrintingCase[]).map((one) => [one.id, one] as const))(
  "%s",
  async (_, one) => {
    expect((await runPrintingCase(one)).complaints).toEqual([]);
  },
);
