// Profiles whose rules compete across hosts: the table is the same whatever the order of the
// changes, a change recompiles to what a compilation from nothing gives, and `explain` names the
// route that `match` gives.

import fc from "fast-check";
import { expect, test } from "vitest";
import { Endpoints } from "../../../src/api/kinds/endpoints.ts";
import type { Ingress } from "../../../src/api/kinds/ingress.ts";
import { Service } from "../../../src/api/kinds/service.ts";
import type { Obj } from "../../../src/api/object.ts";
import { Compiler, compile } from "../../../src/ingress/compile/compiler.ts";
import type { Profile } from "../../../src/ingress/compile/profile.ts";
import { worldOf } from "../../../src/ingress/compile/world.ts";
import { unmet } from "../../../src/ingress/conditions.ts";
import { explain } from "../../../src/ingress/explain.ts";
import { match } from "../../../src/ingress/match.ts";
import { alb } from "../../../src/ingress/profiles/alb/profile.ts";
import { traefik } from "../../../src/ingress/profiles/traefik/profile.ts";
import { defaults } from "../../../src/ingress/profiles/traefik/settings.ts";
import { card } from "./hotel.ts";

const key = { name: "web", namespace: "default" };
const world = worldOf([
  {
    apiVersion: Service.apiVersion,
    kind: "Service",
    metadata: key,
    spec: { ports: [{ port: 80 }] },
  },
  {
    apiVersion: Endpoints.apiVersion,
    kind: "Endpoints",
    metadata: key,
    subsets: [{ addresses: [{ ip: "10.244.1.2" }], ports: [{ port: 8080 }] }],
  },
] as unknown as Obj[]);

const profiles: Record<string, Profile> = {
  traefik: traefik(defaults, defaults.entryPoints[0]!) as unknown as Profile,
  alb: alb() as unknown as Profile,
};

const hosts = ["", "a.com", "x.a.com", "*.a.com", "y.x.a.com"];
const paths = ["/", "/a", "/a/b", "/ab", "/a/*"];
const line = fc
  .tuple(fc.constantFrom("Prefix", "Exact", "ImplementationSpecific"), fc.constantFrom(...paths))
  .filter(([type, path]) => type === "ImplementationSpecific" || !path.includes("*"))
  .map(([type, path]) => `${type} ${path} → web`);
const ingress = fc
  .tuple(
    fc.constantFrom("one", "two", "three"),
    fc.dictionary(fc.constantFrom(...hosts), fc.array(line, { minLength: 1, maxLength: 3 }), {
      maxKeys: 3,
    }),
  )
  .map(([name, rules]): Ingress => card(name, "any", rules));
const requests = hosts
  .filter((host) => !host.includes("*"))
  .flatMap((host) => paths.map((path) => ({ host, path })));

test.each(Object.keys(profiles))("%s: incremental = full, match = explain", (name) => {
  const profile = profiles[name]!;
  const changes = fc.array(ingress, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(changes, (written) => {
      const compiler = new Compiler(profile, world);
      for (const one of written) {
        compiler.set(one);
        compiler.table();
      }
      const last = new Map(written.map((one) => [one.metadata.name, one]));
      const { table } = compile(profile, [...last.values()].reverse(), world);
      for (const { host, path } of requests) {
        const facts = { host, path, args: "", remoteAddr: "", request: { method: "GET" } };
        const request = {
          host,
          path,
          ...(table.conditional && {
            unmet: (route: Parameters<typeof unmet>[0]) =>
              unmet(route, { ...facts, header: () => undefined }),
          }),
        };
        const found = match(table, request);
        expect(match(compiler.table(), request)?.source).toEqual(found?.source);
        expect(explain(table, request).route).toBe(found);
      }
    }),
    { numRuns: 60 },
  );
});
