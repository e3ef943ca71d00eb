// Tells the scenario from inside a Worker: it is sent a seed, and sends the text back.

import { tellScenario } from "./scenario.ts";

self.addEventListener("message", ({ data }: MessageEvent<number>) => {
  void tellScenario(data).then((told) => self.postMessage(told));
});
