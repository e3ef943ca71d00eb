// Writes the CustomResourceDefinitions of Gateway API, without descriptions, for
// src/api/gateway:  node scripts/gateway-crds.mjs DIR
//
// DIR is config/crd of a checkout of kubernetes-sigs/gateway-api (Apache-2.0), with the channels
// standard and experimental in it. Types, defaults, rules and messages are kept as they are: they
// are what users meet. One definition a line. The files in the repository are of v1.7.0.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

const [dir] = process.argv.slice(2);
if (dir === undefined) {
  console.error("usage: node scripts/gateway-crds.mjs DIR");
  process.exit(2);
}

for (const channel of ["standard", "experimental"]) {
  const folder = join(dir, channel);
  const files = readdirSync(folder).filter((name) => name.startsWith("gateway."));
  const definitions = files
    .sort()
    .flatMap((name) => parseAllDocuments(readFileSync(join(folder, name), "utf8")))
    .map((document) => document.toJS())
    .filter((object) => object?.kind === "CustomResourceDefinition")
    .map(({ status: _, ...definition }) => JSON.stringify(silent(definition)));
  const out = join(import.meta.dirname, "../src/api/gateway", `${channel}.json`);
  writeFileSync(out, `[\n${definitions.join(",\n")}\n]\n`);
  console.log(`${out}: ${definitions.length} definitions`);
}

/** Without descriptions; properties of that name stay. */
function silent(value, isProperties = false) {
  if (Array.isArray(value)) return value.map((item) => silent(item));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(
    ([name, one]) => isProperties || name !== "description" || typeof one !== "string",
  );
  return Object.fromEntries(
    kept.map(([name, one]) => [name, silent(one, name === "properties" && !isProperties)]),
  );
}
