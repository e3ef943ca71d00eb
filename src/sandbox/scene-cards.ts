// The cards: Ingresses, with who reads them, or why nobody does.

import type { Ingress, IngressBackend } from "../api/kinds/ingress.ts";
import { keyOf } from "../api/object.ts";
import type { Card, CardRule } from "./protocol.ts";
import type { SceneObjects } from "./scene.ts";
import type { KnownDesk } from "./scene-desks.ts";

/** The annotation that named the class before the field existed; controllers still honour it. */
const classAnnotation = "kubernetes.io/ingress.class";

export function cardsOf(objects: SceneObjects, desks: readonly KnownDesk[]): Card[] {
  return objects.ingresses.map((ingress) => {
    const rules = rulesOf(ingress);
    const { desk, remark } = readerOf(ingress, objects, desks);
    return {
      key: keyOf(ingress),
      className: classOf(ingress),
      desk: desk?.id,
      remark: remark === "" ? faultOf(rules, objects) : remark,
      address: ingress.status?.loadBalancer?.ingress?.map((one) => one.ip ?? one.hostname)[0],
      hosts: [...new Set(rules.map(({ host }) => host))],
      tls: (ingress.spec.tls ?? []).length > 0,
      rules,
    };
  });
}

function classOf(ingress: Ingress): string | undefined {
  return ingress.spec.ingressClassName ?? ingress.metadata.annotations?.[classAnnotation];
}

/** The desk that acts on a card; without one, why there is none. */
function readerOf(
  ingress: Ingress,
  objects: SceneObjects,
  desks: readonly KnownDesk[],
): { desk: KnownDesk | undefined; remark: string } {
  const nobody = (remark: string): { desk: undefined; remark: string } => ({
    desk: undefined,
    remark,
  });
  const name = classOf(ingress);
  if (name === undefined) {
    const desk = desks.find(({ takesAll }) => takesAll);
    if (desk) return { desk, remark: waiting(desk) };
    return nobody(
      desks.length === 0
        ? "No controller works in this cluster: nobody reads the card."
        : "The card names no class, and none is the default: nobody reads it.",
    );
  }
  const found = objects.classes.find(({ metadata }) => metadata.name === name);
  if (!found && desks.length === 0) {
    return nobody("No controller works in this cluster: nobody reads the card.");
  }
  if (!found) return nobody(`There is no IngressClass "${name}": nobody reads the card.`);
  const desk = desks.find(({ controller }) => controller === found.spec?.controller);
  if (desk) return { desk, remark: waiting(desk) };
  return nobody(
    `Class "${name}" belongs to ${found.spec?.controller ?? "no controller"}, which does not ` +
      "work in this cluster.",
  );
}

function waiting(desk: KnownDesk): string {
  return desk.ready ? "" : `Its reader is not ready yet: ${desk.state.toLowerCase()}.`;
}

function rulesOf(ingress: Ingress): CardRule[] {
  const { rules = [], defaultBackend } = ingress.spec;
  const namespace = ingress.metadata.namespace ?? "default";
  const lines = rules.flatMap((rule, r) =>
    (rule.http?.paths ?? []).map((path, p) => ({
      host: rule.host ?? "*",
      path: path.path ?? "/",
      pathType: path.pathType,
      ...target(path.backend, namespace),
      field: `spec.rules[${r}].http.paths[${p}]`,
    })),
  );
  if (!defaultBackend) return lines;
  const rest = { host: "*", path: "*", pathType: "", field: "spec.defaultBackend" };
  return [...lines, { ...rest, ...target(defaultBackend, namespace) }];
}

function target(backend: IngressBackend, namespace: string): Pick<CardRule, "room" | "port"> {
  const { service } = backend;
  if (!service) return { room: undefined, port: "" };
  const port = service.port?.name ?? service.port?.number ?? "";
  return { room: `${namespace}/${service.name}`, port: String(port) };
}

/** What is wrong with where the lines lead; empty when nothing is. */
function faultOf(rules: readonly CardRule[], objects: SceneObjects): string {
  for (const { room, port, path } of rules) {
    if (room === undefined) continue;
    const service = objects.services.find((one) => keyOf(one) === room);
    const name = room.slice(room.indexOf("/") + 1);
    if (!service) return `The line ${path} leads to Service "${name}", which does not exist.`;
    const ports = service.spec.ports ?? [];
    const known = ports.some((one) => String(one.port) === port || one.name === port);
    if (!known && service.spec.type !== "ExternalName") {
      const offered = ports.map((one) => one.port).join(", ");
      return `The line ${path} wants port ${port} of ${name}, which has ${offered || "none"}.`;
    }
  }
  return "";
}
