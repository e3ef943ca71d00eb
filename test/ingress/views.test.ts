// What can be read off a table: findings, parity, and the nginx.conf that stands for it.

import { describe, expect, test } from "vitest";
import type { Ingress } from "../../src/api/kinds/ingress.ts";
import { compare, probes } from "../../src/ingress/compare.ts";
import { compile } from "../../src/ingress/compile/compiler.ts";
import { findings } from "../../src/ingress/findings.ts";
import { nginxConf } from "../../src/ingress/profiles/ingress-nginx/conf.ts";
import { ingressNginx } from "../../src/ingress/profiles/ingress-nginx/profile.ts";
import { readSettings } from "../../src/ingress/profiles/ingress-nginx/settings.ts";
import { spec } from "../../src/ingress/profiles/spec/profile.ts";
import { ingress } from "./nginx/words.ts";

const nginx = ingressNginx(readSettings());
const tableOf = (...objects: Ingress[]) => compile(nginx, objects).table;

const aged = (one: Ingress, second: number): Ingress => ({
  ...one,
  metadata: { ...one.metadata, creationTimestamp: `2026-11-23T09:00:0${second}Z` },
});

describe("findings", () => {
  test("a place that an older Ingress holds already", () => {
    const found = findings(tableOf(aged(ingress("a", "x.com"), 0), aged(ingress("b", "x.com"), 1)));
    expect(found).toMatchObject([
      { kind: "duplicate", source: { name: "b", field: "spec.rules[0].http.paths[0]" } },
    ]);
    expect(found[0]!.because).toContain("the older Ingress e2e/a already holds");
  });

  test("a regular expression that steals a literal", () => {
    const regex = ingress("regex", "x.com", {
      paths: ["/foo/bar/[a-z]{3}$"],
      pathType: "ImplementationSpecific",
      annotations: { "use-regex": "true" },
    });
    const found = findings(
      tableOf(ingress("literal", "x.com", { paths: ["/foo/bar/bar"] }), regex),
    );
    expect(found).toMatchObject([
      { kind: "stolen", source: { name: "literal" }, by: { name: "regex" } },
    ]);
    expect(found[0]!.because).toContain('takes "/foo/bar/bar"');
  });

  test("a rule behind a wider regular expression is never reached", () => {
    const wide = ingress("wide", "x.com", {
      paths: ["/(.*)aaaaaaaaaaaaaaaa|/.*"],
      pathType: "ImplementationSpecific",
      annotations: { "use-regex": "true" },
    });
    const found = findings(tableOf(wide, ingress("narrow", "x.com", { paths: ["/a"] })));
    expect(found).toMatchObject([{ kind: "unreachable", source: { name: "narrow" } }]);
  });

  test("nothing where all is well", () => {
    expect(findings(tableOf(ingress("a", "x.com", { paths: ["/", "/a", "/a/b", "/a/"] })))).toEqual(
      [],
    );
  });
});

describe("parity", () => {
  const objects = [
    ingress("a", "x.com", {
      paths: ["/app(/|$)(.*)"],
      pathType: "ImplementationSpecific",
      annotations: { "rewrite-target": "/$2" },
    }),
    ingress("b", "x.com", { paths: ["/plain"], backend: "other" }),
  ];
  const sides = [
    { name: "ingress-nginx", table: compile(nginx, objects).table },
    { name: "spec", table: compile(spec, objects).table },
  ];

  test("names the requests that are answered differently, with both reasons", () => {
    const found = compare(sides, [
      { host: "x.com", path: "/plain" },
      { host: "x.com", path: "/PLAIN" },
      { host: "x.com", path: "/app/x" },
    ]);
    expect(found.map(({ request }) => request.path)).toEqual(["/PLAIN", "/app/x"]);
    const [nginxSide, specSide] = found[1]!.decisions;
    expect(nginxSide).toMatchObject({ does: "e2e/echo:80 as /$2", source: { name: "a" } });
    expect(specSide).toMatchObject({ does: "404", source: undefined });
    expect(specSide!.why).toContain('no rule of host "x.com" holds');
  });

  test("probes find them without being told where to look", () => {
    const found = compare(sides, probes(sides.map(({ table }) => table)));
    expect(found.map(({ request }) => request.path)).toContain("/PLAIN");
    expect(compare([sides[0]!, sides[0]!], probes([sides[0]!.table]))).toEqual([]);
  });
});

test("the nginx.conf of a table ties every location to its rule", () => {
  const lines = nginxConf(
    tableOf(
      ingress("a", "x.com", {
        paths: ["/app(/|$)(.*)"],
        pathType: "ImplementationSpecific",
        annotations: { "rewrite-target": "/$2", "server-alias": "y.com", "limit-rps": "5" },
      }),
    ),
  );
  const text = lines.map((line) => line.text);
  expect(text).toContain("\tserver_name _ ;");
  expect(text).toContain("\tserver_name x.com y.com ;");
  const at = text.indexOf('\tlocation ~* "^/app(/|$)(.*)" {');
  expect(lines[at]!.source).toMatchObject({ name: "a", field: "spec.rules[0].http.paths[0]" });
  expect(text).toContain('\t\trewrite "(?i)/app(/|$)(.*)" /$2 break;');
  expect(text).toContain("\t\tlimit_req zone=e2e_a__rps burst=25 nodelay;");
  expect(text.filter((one) => one.startsWith("## start server"))).toHaveLength(2);
});
