// What the API server accepts and refuses of Ingress, IngressClass, Service and Secret, as
// upstream's own tests have it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { expandCases } from "../../src/cluster/cases/format.ts";
import { runValidationCase } from "../../src/sandbox/acceptance/validation.ts";
import type { ValidationCase } from "../../src/sandbox/acceptance/validation.ts";

const file = join(import.meta.dirname, "ingress-validation.json");
const { cases } = expandCases(JSON.parse(readFileSync(file, "utf8")));

test.each((cases as unknown as ValidationCase[]).map((one) => [one.id, one] as const))(
  "%s",
  async (_, one) => {
    expect((await runValidationCase(one)).complaints).toEqual([]);
  },
);
