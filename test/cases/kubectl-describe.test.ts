// The describe texts of upstream's tests: objects as they are, the text as upstream prints it.
//
// As upstream's own tests do, the objects are served as they stand in the case: an API server
// would fill in defaults that the expected texts do not have.

import { expect, test } from "vitest";
import type { Obj } from "../../src/api/object.ts";
import type { RestTransport } from "../../src/api/transport.ts";
import { kinds } from "../../src/api/kinds/index.ts";
import { matches, parseLabelSelector } from "../../src/api/selector.ts";
import { makeLaptop } from "../shell/laptop.ts";
import cases from "./kubectl-describe.json" with { type: "json" };

interface Case {
  readonly id: string;
  readonly target: { readonly kind: string; readonly namespace?: string; readonly name: string };
  readonly objects: readonly Obj[];
  readonly text: string;
}

test.each(cases as unknown as readonly Case[])("$id", async ({ target, objects, text }) => {
  const laptop = makeLaptop({ api: serving(objects) });
  const namespace = target.namespace ? ` -n ${target.namespace}` : "";
  const events = text.includes("Events:") ? "" : " --show-events=false";
  const line = `kubectl describe ${target.kind} ${target.name}${namespace}${events}`;
  expect(await laptop.run(line)).toBe(text);
});

/** Answers discovery, gets and lists from a handful of objects. */
function serving(objects: readonly Obj[]): RestTransport {
  return ({ path, query }) => {
    const ok = (body: unknown) => Promise.resolve({ status: 200, headers: {}, warnings: [], body });
    if (path === "/api" || path === "/apis") return ok(discovery(path === "/api"));
    for (const kind of kinds) {
      const root = kind.group === "" ? `/api/${kind.version}` : `/apis/${kind.apiVersion}`;
      const found = new RegExp(
        `^${root}(?:/namespaces/([^/]+))?/${kind.plural}(?:/([^/]+))?$`,
      ).exec(path);
      if (found === null) continue;
      const [, namespace, name] = found;
      const own = objects.filter(
        (object) =>
          object.kind === kind.kind && (object.metadata.namespace ?? undefined) === namespace,
      );
      if (name === undefined) {
        const selector = parseLabelSelector(query.get("labelSelector") ?? "");
        const items = own.filter((object) => matches(selector, object.metadata.labels));
        return ok({ kind: `${kind.kind}List`, metadata: { resourceVersion: "1" }, items });
      }
      const object = own.find(({ metadata }) => metadata.name === name);
      if (object !== undefined) return ok(object);
      const resource = kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
      const message = `${resource} "${name}" not found`;
      const body = { kind: "Status", status: "Failure", reason: "NotFound", message, code: 404 };
      return Promise.resolve({ status: 404, headers: {}, warnings: [], body });
    }
    return Promise.resolve({
      status: 404,
      headers: {},
      warnings: [],
      body: "404 page not found\n",
    });
  };
}

function discovery(core: boolean): object {
  const served = kinds.filter((kind) => (kind.group === "") === core);
  return {
    items: served.map((kind) => ({
      metadata: { name: kind.group },
      versions: [
        {
          version: kind.version,
          resources: [
            {
              resource: kind.plural,
              singularResource: kind.singular,
              responseKind: { group: kind.group, version: kind.version, kind: kind.kind },
              scope: kind.namespaced ? "Namespaced" : "Cluster",
              verbs: [],
              shortNames: kind.shortNames,
            },
          ],
        },
      ],
    })),
  };
}
