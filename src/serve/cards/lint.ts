// grand-ingress lint -f FILE…: what is wrong with some cards before anybody applies them.

import { Service } from "../../api/kinds/service.ts";
import type { Ingress } from "../../api/kinds/ingress.ts";
import { keyOf } from "../../api/object.ts";
import { writtenRules } from "../../ingress/compile/rules.ts";
import { worldOf } from "../../ingress/compile/world.ts";
import { findings } from "../../ingress/findings.ts";
import { refusal } from "../../ingress/profiles/ingress-nginx/admission.ts";
import { quirks } from "../../ingress/quirks.ts";
import { printSource } from "../../ingress/table.ts";
import type { Source } from "../../ingress/table.ts";
import { certificateProblems } from "./certificates.ts";
import { compiledBy, nginxSettings } from "./desk.ts";
import type { ProfileName } from "./desk.ts";
import { cardsOf, counted, parsed, printPlace, profileOf, shared, withUsage } from "./options.ts";
import type { Cards, Problem } from "./read.ts";

export const lintUsage = `Usage: grand-ingress lint -f FILE… [OPTIONS]

Judges the objects in FILE (a manifest, a folder of manifests, or - for standard input) as the API
server and an ingress controller would: fields, rules that nobody reaches, annotations without
effect, references to Services and Secrets among the files, certificates, and what the
implementation reads otherwise than it is written.

Options:
  -f, --file FILE     manifests (repeatable)
  --profile NAME      spec, ingress-nginx (default), traefik or alb
  --json              one line of JSON a finding
`;

/** Runs the command. The exit status is 1 when there is an error among the findings. */
export function lintCards(args: string[]): Promise<number> {
  return withUsage("lint", lintUsage, () => {
    const { values } = parsed({ args, options: shared });
    const found = lint(profileOf(values.profile), cardsOf(values.file), Date.now());
    for (const one of found) {
      const { place, ...rest } = one;
      const line = values.json ? JSON.stringify({ ...rest, ...place }) : printed(one);
      process.stdout.write(`${line}\n`);
    }
    const count = (type: Problem["type"]): number =>
      found.filter((one) => one.type === type).length;
    const [errors, warnings, remarks] = [count("error"), count("warning"), count("info")];
    const sum = [
      counted(errors, "error"),
      counted(warnings, "warning"),
      counted(remarks, "remark"),
    ];
    if (!values.json) process.stdout.write(`${sum.join(", ")}\n`);
    return errors > 0 ? 1 : 0;
  });
}

/** Everything that is to be said of the cards, in the order of the files' lines. */
function lint(profile: ProfileName, cards: Cards, nowMs: number): Problem[] {
  const found = [
    ...cards.problems,
    ...fromTable(profile, cards),
    ...cards.ingresses.flatMap((one) => [
      ...references(one, cards),
      ...certificateProblems(one, cards, nowMs),
    ]),
    ...(profile === "ingress-nginx" ? refusals(cards) : []),
  ];
  const rank = { error: 0, warning: 1, info: 2 };
  const order = (a: Problem, b: Problem): number => {
    const [x, y] = [a.place?.file ?? "", b.place?.file ?? ""];
    if (x !== y) return x < y ? -1 : 1;
    return (a.place?.line ?? 0) - (b.place?.line ?? 0) || rank[a.type] - rank[b.type];
  };
  return found.sort(order);
}

function fromTable(profile: ProfileName, cards: Cards): Problem[] {
  const { table, verdicts, failure } = compiledBy(profile, cards);
  const at = (object: string, field: string) => ({
    object,
    field,
    place: cards.place(object, field),
  });
  const by = (source: Source) => at(printSource(source), source.field);
  const unreached = findings(table).map(({ kind, rule, source, because }): Problem => ({
    ...by(source),
    type: kind === "stolen" ? "warning" : "error",
    reason: { duplicate: "DuplicateRule", unreachable: "UnreachableRule", stolen: "StolenPath" }[
      kind
    ],
    message: `${rule}: ${because}`,
  }));
  const known = new Set(unreached.map(({ object, field }) => `${object} ${field}`));
  const told = verdicts
    .map(({ object, field, type, reason, message }): Problem => ({
      ...at(`${object.kind} ${object.key}`, field),
      type,
      reason,
      message,
    }))
    .filter(({ object, field }) => !known.has(`${object} ${field}`));
  const odd = quirks(table).map(({ rule, source, because }): Problem => ({
    ...by(source),
    type: "warning",
    reason: "ReadOtherwise",
    message: `${rule}: ${because}`,
  }));
  const broken = (failure === undefined ? [] : [failure]).map((message): Problem => ({
    ...at("", ""),
    type: "error",
    reason: "ConfigurationRefused",
    message: `nginx would not load the configuration: ${message}`,
  }));
  return [...unreached, ...told, ...odd, ...broken];
}

/** Backends whose Service, or whose port of it, the files do not have, when they have any. */
function references(ingress: Ingress, cards: Cards): Problem[] {
  if (!cards.objects.some(({ kind }) => kind === "Service")) return [];
  const object = `Ingress ${keyOf(ingress)}`;
  const world = worldOf(cards.objects);
  const written = writtenRules(ingress).map(({ backend, field }) => {
    return { backend, field: `${field}.backend` };
  });
  const { defaultBackend } = ingress.spec;
  if (defaultBackend) written.push({ backend: defaultBackend, field: "spec.defaultBackend" });
  return written.flatMap(({ backend: { service }, field }): Problem[] => {
    if (!service) return [];
    const key = `${ingress.metadata.namespace}/${service.name}`;
    const found = world.get(Service, key);
    const { name, number } = service.port ?? {};
    const place = cards.place(object, `${field}.service`);
    const said = { type: "warning" as const, object, field, place };
    if (!found) {
      return [{ ...said, reason: "ServiceMissing", message: `no Service ${key} is in the files` }];
    }
    const has = found.spec.ports?.some((one) => (name ? one.name === name : one.port === number));
    if (has || found.spec.type === "ExternalName") return [];
    const message = `Service ${key} has no port ${name ?? String(number)}`;
    return [{ ...said, type: "error", reason: "PortMissing", message }];
  });
}

/** What the admission webhook would refuse, each Ingress coming after those before it. */
function refusals(cards: Cards): Problem[] {
  const settings = nginxSettings(cards);
  return cards.ingresses.flatMap((one, i): Problem[] => {
    const ingresses = cards.ingresses.slice(0, i);
    const world = { settings, disableCatchAll: false, deepInspector: true, ingresses };
    const message = refusal(one, world);
    if (message === undefined) return [];
    const object = `Ingress ${keyOf(one)}`;
    const place = cards.place(object, "");
    return [{ type: "error", object, field: "", reason: "AdmissionRefused", message, place }];
  });
}

function printed({ type, object, field, reason, message, place }: Problem): string {
  const at = [printPlace(place), object, field].filter((one) => one !== "").join("  ");
  return `${type.padEnd(7)} ${reason}: ${message}\n        ${at}`;
}
