// What a concierge makes of his cards: the configuration that a real one would write, the rules
// that nobody can reach, what he takes no notice of; and what others would make of a request.
// Derived from the objects by the compilers that the controllers run. Fetched when first asked.

import type { Deployment, Ingress } from "../api/kinds/index.ts";
import {
  ConfigMap,
  Deployment as DeploymentKind,
  Ingress as IngressKind,
} from "../api/kinds/index.ts";
import { keyOf } from "../api/object.ts";
import { parseYaml } from "../api/yaml.ts";
import { printYaml } from "../api/yaml/print.ts";
import { compile } from "../ingress/compile/compiler.ts";
import type { Compiled } from "../ingress/compile/compiler.ts";
import type { World as Objects } from "../ingress/compile/world.ts";
import { decide } from "../ingress/compare.ts";
import { unmet } from "../ingress/conditions.ts";
import type { Facts } from "../ingress/conditions.ts";
import type { ConfigurationLine } from "../ingress/configuration.ts";
import { findings } from "../ingress/findings.ts";
import { Flags } from "../ingress/flags.ts";
import { hostOfRequest } from "../ingress/match.ts";
import { alb } from "../ingress/profiles/alb/profile.ts";
import { nginxConf } from "../ingress/profiles/ingress-nginx/conf.ts";
import { ingressNginx } from "../ingress/profiles/ingress-nginx/profile.ts";
import { readSettings as nginxSettings } from "../ingress/profiles/ingress-nginx/settings.ts";
import { spec } from "../ingress/profiles/spec/profile.ts";
import { traefik } from "../ingress/profiles/traefik/profile.ts";
import {
  defaults as traefikDefaults,
  publicEntryPoints,
  readSettings as traefikSettings,
} from "../ingress/profiles/traefik/settings.ts";
import { dynamicConfiguration } from "../ingress/profiles/traefik/view.ts";
import { ruleList } from "../ingress/profiles/view.ts";
import { printSource } from "../ingress/table.ts";
import type { Source } from "../ingress/table.ts";
import { text } from "../base/bytes.ts";
import type { Hotel } from "./hotel.ts";
import { home } from "./hotel.ts";
import { listFiles } from "./listfiles.ts";
import type {
  ConciergeReport,
  Desk,
  Guest,
  Opinion,
  Remark,
  Scene,
  WrittenPlace,
} from "./protocol.ts";

/** The report on a desk; undefined when there is no such desk. */
export function conciergeReport(
  hotel: Hotel,
  scene: Scene,
  id: string,
): ConciergeReport | undefined {
  const desk = scene.desks.find((one) => one.id === id);
  if (!desk) return undefined;
  const keys = new Set(scene.cards.filter((card) => card.desk === id).map(({ key }) => key));
  const cards = hotel.informers
    .of(IngressKind)
    .list()
    .filter((one) => keys.has(keyOf(one)));
  const made = madeBy(desk.implementation, cards, hotel, desk);
  const { table, verdicts } = made.compiled;
  const found = findings(table).map(({ source, rule, because }): Remark => ({
    ...placeOf(source),
    type: "warning",
    message: `${rule} can never be reached as it is written: ${because}`,
  }));
  const duplicates = new Set(found.map(({ object, field }) => `${object} ${field}`));
  const told = verdicts
    .map(({ object, field, type, message }): Remark => ({
      object: `${object.kind} ${object.key}`,
      field,
      type,
      message,
    }))
    .filter(({ object, field }) => !duplicates.has(`${object} ${field}`));
  return {
    desk: id,
    implementation: desk.implementation,
    title: made.title,
    lines: made.lines.map(({ text: line, source }) => ({
      text: line,
      ...(source && source.field !== "" && placeOf(source)),
    })),
    remarks: [...found, ...told],
  };
}

/** What each implementation would do with a guest's request, if it read every card. */
export function opinions(hotel: Hotel, scene: Scene, guest: Guest): Opinion[] {
  const asked = guest.hops.find((hop) => hop.did === "request");
  if (asked?.did !== "request") return [];
  const cards = hotel.informers.of(IngressKind).list();
  const [path = "/", args = ""] = asked.target.split("?");
  const client = guest.hops.find((hop) => hop.did === "connect");
  const facts: Facts = {
    host: hostOfRequest(asked.host),
    path,
    args,
    remoteAddr: client?.did === "connect" ? client.from.ip : "",
    request: { method: asked.method },
    header: (name) =>
      asked.headers.find(([field]) => field.toLowerCase() === name.toLowerCase())?.[1],
  };
  return ["spec", "ingress-nginx", "traefik", "alb"].map((name) => {
    const desk = scene.desks.find((one) => one.implementation === name);
    const { table } = madeBy(name, cards, hotel, desk).compiled;
    const request = {
      host: facts.host,
      path,
      ...(table.conditional && {
        unmet: (route: Parameters<typeof unmet>[0]) => unmet(route, facts),
      }),
    };
    const { does, source, why } = decide({ name, table }, request);
    const rule = source && source.field !== "" ? placeOf(source) : undefined;
    return { implementation: name, installed: desk !== undefined, does, why, ...rule };
  });
}

/** Where a field of an object was written: in the object's YAML, and in a file of the laptop. */
export function writtenAt(hotel: Hotel, object: string, field: string): WrittenPlace | undefined {
  const [kind = "", key = ""] = object.split(" ");
  const live = kind === "Ingress" ? hotel.informers.of(IngressKind).get(key) : undefined;
  if (!live) return undefined;
  const { managedFields: _, ...metadata } = live.metadata;
  const yaml = printYaml({ ...live, metadata });
  const line = lineOf(yaml, live, field);
  const file = fileOf(hotel, live, field);
  return { yaml, line, ...(file && { file }) };
}

function lineOf(yaml: string, { kind, metadata }: Ingress, field: string): number {
  for (const { value, locate } of parseYaml(yaml)) {
    const object = value as Partial<Ingress> | null;
    if (object?.kind !== kind || object.metadata?.name !== metadata.name) continue;
    return locate(field).line;
  }
  return 0;
}

function fileOf(
  hotel: Hotel,
  live: Ingress,
  field: string,
): { path: string; line: number } | undefined {
  const paths = listFiles(hotel.files, home).filter((path) => /\.ya?ml$/.test(path));
  for (const path of paths) {
    const line = lineOf(text(hotel.files.read(path)), live, field);
    if (line > 0) return { path, line };
  }
  return undefined;
}

interface Made {
  readonly title: string;
  readonly compiled: Compiled;
  readonly lines: readonly ConfigurationLine[];
}

/** What an implementation makes of the cards, with the settings of its desk if it has one. */
function madeBy(name: string, cards: readonly Ingress[], hotel: Hotel, desk?: Desk): Made {
  const world: Objects = { get: (kind, key) => hotel.informers.of(kind).get(key) };
  const deployment = desk && hotel.informers.of(DeploymentKind).get(desk.id);
  const args = deployment ? argumentsOf(deployment) : [];
  switch (name) {
    case "ingress-nginx": {
      const map = new Flags(args.slice(1)).text("configmap");
      const settings = nginxSettings(map === "" ? {} : world.get(ConfigMap, map)?.data);
      const compiled = compile(ingressNginx(settings), cards, world);
      return { title: "nginx.conf", compiled, lines: nginxConf(compiled.table) };
    }
    case "traefik": {
      const settings = args.length > 0 ? traefikSettings(args) : traefikDefaults;
      const [door] = publicEntryPoints(settings);
      const compiled = compile(traefik(settings, door!), cards, world);
      const lines = dynamicConfiguration(cards, settings, world);
      return { title: "dynamic configuration", compiled, lines };
    }
    case "alb": {
      const compiled = compile(alb(), cards, world);
      return { title: "listener rules", compiled, lines: ruleList(compiled.table) };
    }
    default: {
      const compiled = compile(spec, cards, world);
      return { title: "rules", compiled, lines: ruleList(compiled.table) };
    }
  }
}

/** The command line of a Deployment's first container, its namespace filled in. */
function argumentsOf({ metadata, spec: { template } }: Deployment): string[] {
  const [container] = template.spec.containers;
  const namespace = metadata.namespace ?? "default";
  return [...(container?.command ?? []), ...(container?.args ?? [])].map((arg) =>
    arg.replaceAll("$(POD_NAMESPACE)", namespace),
  );
}

function placeOf(source: Source): { object: string; field: string } {
  return { object: printSource(source), field: source.field };
}
