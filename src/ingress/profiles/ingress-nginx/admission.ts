// Whether ingress-nginx lets an Ingress in: what its validating webhook refuses, to the letter.
// Models CheckIngress and checkOverlap (internal/ingress/controller/controller.go), the inspector
// and pkg/admission of 1.15.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import { keyOf } from "../../../api/object.ts";
import { writtenRules } from "../../compile/rules.ts";
import type { WrittenRule } from "../../compile/rules.ts";
import { Annotations, prefix } from "./annotations.ts";
import type { Settings } from "./settings.ts";

export interface AdmissionWorld {
  readonly settings: Settings;
  readonly disableCatchAll: boolean;
  readonly deepInspector: boolean;
  /** Those that are served already. */
  readonly ingresses: readonly Ingress[];
}

/** Why the Ingress is refused; undefined lets it in. */
export function refusal(ingress: Ingress, world: AdmissionWorld): string | undefined {
  if (ingress.metadata.deletionTimestamp !== undefined) return undefined;
  return (
    (world.deepInspector ? inspect(ingress) : undefined) ??
    catchAll(ingress, world) ??
    (world.settings.strictPathType ? paths(ingress) : undefined) ??
    annotations(ingress, world.settings) ??
    overlap(ingress, world.ingresses)
  );
}

const forbidden: readonly RegExp[] = [
  /\s*alias\s*.*;/s,
  /\s*root\s*.*;/s,
  /\/etc\/(passwd|shadow|group|nginx|ingress-controller)/,
  /\/var\/run\/secrets/,
  /.*_by_lua.*/,
];

/** Models internal/ingress/inspector. */
function inspect(ingress: Ingress): string | undefined {
  const name = keyOf(ingress);
  for (const { host, http } of ingress.spec.rules ?? []) {
    if (host && forbidden.some((one) => one.test(host))) {
      return `invalid object: invalid host in ingress ${name}: invalid value found: ${host}`;
    }
    const path = http?.paths.find((one) =>
      forbidden.some((rule) => rule.test(one.path ?? "")),
    )?.path;
    if (path === undefined) continue;
    const found = `invalid http path: invalid value found: ${path}`;
    return `invalid object: invalid rule in ingress ${name}: ${found}`;
  }
  return undefined;
}

function catchAll({ spec }: Ingress, { disableCatchAll }: AdmissionWorld): string | undefined {
  if (!disableCatchAll || spec.defaultBackend === undefined) return undefined;
  return (
    "this deployment is trying to create a catch-all ingress while DisableCatchAll flag is set " +
    "to true. Remove '.spec.defaultBackend' or set DisableCatchAll flag to false"
  );
}

/** Models inspector.ValidatePathType. */
function paths(ingress: Ingress): string | undefined {
  const wrong = (ingress.spec.rules ?? [])
    .flatMap(({ http }) => http?.paths ?? [])
    .filter(({ path, pathType }) => path && pathType !== "ImplementationSpecific")
    .filter(({ path }) => !/^\/[A-Za-z0-9._/-]*$/.test(path!))
    .map(({ path, pathType }) => `path ${path} cannot be used with pathType ${pathType}`);
  return wrong.length > 0 ? `ingress contains invalid paths: ${wrong.join("\n")}` : undefined;
}

function annotations(ingress: Ingress, settings: Settings): string | undefined {
  const read = new Annotations(ingress);
  const blocked = read.blocked(settings.wordBlocklist);
  if (blocked) return `${blocked.name} annotation contains invalid word ${blocked.word}`;
  const names = Object.keys(ingress.metadata.annotations ?? {}).sort();
  const snippet = names.find((name) => name.startsWith(prefix) && name.endsWith("-snippet"));
  if (snippet !== undefined && !settings.allowSnippets) {
    const why = "Snippet directives are disabled by the Ingress administrator";
    return `${snippet} annotation cannot be used. ${why}`;
  }
  const [group] = read.risky(settings.riskLevel);
  if (group !== undefined) {
    return `annotation group ${group} contains risky annotation based on ingress configuration`;
  }
  const [invalid] = read.invalid();
  return invalid === undefined
    ? undefined
    : `annotation ${prefix}${invalid} contains invalid value`;
}

/** The same host and path in another Ingress, unless one of the two is a canary. */
function overlap(ingress: Ingress, others: readonly Ingress[]): string | undefined {
  const mine = keyOf(ingress);
  const canary = canaryOf(ingress);
  for (const rule of writtenRules(ingress)) {
    if (!rule.backend.service) continue;
    for (const other of others) {
      if (keyOf(other) === mine || !writtenRules(other).some((one) => isSame(one, rule))) continue;
      const theirs = canaryOf(other);
      const both = (canary === true && theirs === true) || (canary ?? theirs) === undefined;
      if (!both) return undefined;
      const host = rule.host === "" ? "_" : rule.host;
      return `host "${host}" and path "${rule.path}" is already defined in ingress ${keyOf(other)}`;
    }
  }
  return undefined;
}

function isSame(a: WrittenRule, b: WrittenRule): boolean {
  const exact = (rule: WrittenRule): boolean => rule.pathType === "Exact";
  return a.host === b.host && a.path === b.path && exact(a) === exact(b);
}

/** Undefined without the annotation. */
function canaryOf(ingress: Ingress): boolean | undefined {
  const read = new Annotations(ingress);
  return read.text("canary") === undefined ? undefined : read.flag("canary", false);
}
