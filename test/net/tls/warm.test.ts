// The handshakes that nobody sees are whole ones.

import { expect, test } from "vitest";
import { warmUp } from "../../../src/net/tls/warm.ts";

test("warming up shakes hands in both versions, step by step", () => {
  const steps = [...warmUp()];
  const agreed = steps.filter((one) => one !== undefined);
  expect(agreed).toEqual(Array.from({ length: 4 }, () => ["TLSv1.3", "TLSv1.2"]).flat());
  expect(steps.length).toBeGreaterThan(3 * agreed.length);
});
