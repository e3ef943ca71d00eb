// The same trace as determinism.test.ts tells in Node, byte for byte, from a module Worker in a
// browser: compared against the same file.

import { expect, test } from "vitest";

test("the same seed gives the same trace", async () => {
  const worker = new Worker(new URL("./scenario.worker.ts", import.meta.url), { type: "module" });
  const told = await new Promise<string>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<string>) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(7);
  });
  worker.terminate();
  await expect(told).toMatchFileSnapshot("./determinism.golden.txt");
});
