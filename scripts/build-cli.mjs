// npm run build:cli: bundles the grand-ingress command into dist-cli.

import { buildCli } from "./cli.mjs";

console.log(buildCli());
