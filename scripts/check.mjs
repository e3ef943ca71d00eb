// npm run check: types, svelte-check, lint, format, dead code, layers and unit tests.

import { ensureDependencies } from "./install.mjs";
import { checkSteps, runSteps, vitest } from "./steps.mjs";

ensureDependencies();
const unit = {
  name: "layers and unit tests",
  command: [...vitest, "run", "--project", "node", "--reporter", "dot"],
};
const results = await runSteps([unit, ...checkSteps], { width: 2 });
process.exit(results.every(({ ok }) => ok) ? 0 : 1);
