// npm start: from a bare clone to the sandbox in a browser. Installs, builds, serves, prints
// the address. `npm start -- --port 8080` chooses the port; --no-build serves what is there.

import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { ensureDependencies } from "./install.mjs";
import { serveFolder } from "./static.mjs";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "4173" },
    "no-build": { type: "boolean", default: false },
  },
});

ensureDependencies();
if (!values["no-build"]) {
  console.log("Building …");
  execFileSync(process.execPath, ["node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"], {
    stdio: "inherit",
  });
}
const address = await serveFolder("dist", { port: Number(values.port) });
console.log(`\n  Grand Ingress is open at ${address}\n  Stop it with Ctrl+C.\n`);
