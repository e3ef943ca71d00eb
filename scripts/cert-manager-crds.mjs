// Writes the CustomResourceDefinitions of cert-manager, without descriptions, for
// src/shell/charts:  node scripts/cert-manager-crds.mjs DIR
//
// DIR is deploy/crds of a checkout of cert-manager/cert-manager (Apache-2.0). What nobody here acts
// on keeps its place and loses its schema: such manifests are accepted as they are in life. One
// definition a line.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const [dir] = process.argv.slice(2);
if (dir === undefined) {
  console.error("usage: node scripts/cert-manager-crds.mjs DIR");
  process.exit(2);
}

/** Fields whose inside is not looked at. */
const opaque = ["dns01", "gatewayHTTPRoute", "vault", "venafi", "keystores", "podTemplate"];

const definitions = readdirSync(dir)
  .filter((name) => name.includes("cert-manager.io_"))
  .sort()
  .map((name) => parse(readFileSync(join(dir, name), "utf8")))
  .map(({ apiVersion, kind, metadata, spec }) => {
    const object = { apiVersion, kind, metadata: { name: metadata.name }, spec };
    return JSON.stringify(silent(object));
  });
const out = join(import.meta.dirname, "../src/shell/charts/cert-manager-crds.json");
writeFileSync(out, `[\n${definitions.join(",\n")}\n]\n`);
console.log(`${out}: ${definitions.length} definitions`);

/** Without descriptions; properties of that name stay. */
function silent(value, isProperties = false) {
  if (Array.isArray(value)) return value.map((item) => silent(item));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(
    ([name, one]) => isProperties || name !== "description" || typeof one !== "string",
  );
  return Object.fromEntries(
    kept.map(([name, one]) =>
      isProperties && opaque.includes(name)
        ? [name, { type: "object", "x-kubernetes-preserve-unknown-fields": true }]
        : [name, silent(one, name === "properties" && !isProperties)],
    ),
  );
}
