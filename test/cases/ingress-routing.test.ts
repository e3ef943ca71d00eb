// Every case of ingress-routing.json (facts of the upstream suites) and of our own second file,
// each through a whole cluster over the virtual network.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expandCases } from "../../src/cluster/cases/format.ts";
import { runCase } from "../../src/cluster/cases/run.ts";

/** Cases that do not pass yet, by a part of their id, with the reason. It only ever shrinks. */
const notPassing: readonly (readonly [id: string, reason: string])[] = [];

describe.each(["ingress-routing.json", "ingress-routing-more.json"])("%s", (name) => {
  const file = join(import.meta.dirname, name);
  const { cases } = expandCases(JSON.parse(readFileSync(file, "utf8")));

  test.each(cases.map((one) => [one.id, one] as const))("%s", async (id, one) => {
    const report = await runCase(one);
    const excuse = notPassing.find(([part]) => id.includes(part));
    if (excuse) expect(report.verdict, `${id} passes: take it off the list`).toBe("failed");
    else expect(report.complaints).toEqual([]);
  });
});
