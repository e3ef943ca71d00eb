// The same seed and the same inputs give the same trace, byte for byte: here in Node, in
// determinism.browser.test.ts in a Worker, both against one file. After a wanted change of what
// a request does: `npx vitest run --project node test/sandbox/determinism -u`, and look at the
// difference.

import { expect, test } from "vitest";
import { tellScenario } from "./scenario.ts";

test("the same seed gives the same trace", async () => {
  const told = await tellScenario(7);
  expect(await tellScenario(7)).toBe(told);
  await expect(told).toMatchFileSnapshot("./determinism.golden.txt");
});

test("another seed gives another trace", async () => {
  expect(await tellScenario(8)).not.toBe(await tellScenario(7));
});
