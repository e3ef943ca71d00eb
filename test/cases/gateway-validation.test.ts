// Which objects of Gateway API are accepted, through its definitions and their CEL rules, as
// upstream's own tests have it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { GatewayRunner } from "../../src/sandbox/acceptance/gateway.ts";
import type { GatewayCase } from "../../src/sandbox/acceptance/gateway.ts";

const file = join(import.meta.dirname, "gateway-validation.json");
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: GatewayCase[] };
const runner = new GatewayRunner();

test.each(cases.map((one) => [one.id, one] as const))("%s", async (_, one) => {
  expect((await runner.run(one)).complaints).toEqual([]);
});
