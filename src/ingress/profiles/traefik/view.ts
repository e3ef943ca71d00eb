// Traefik's dynamic configuration for its Ingresses, as its dashboard and /api/rawdata show it:
// one router a rule, one service a backend, each line tied to the rule that made it.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import type { World } from "../../compile/world.ts";
import type { ConfigurationLine } from "../../configuration.ts";
import { readIngress } from "./routers.ts";
import type { Router } from "./routers.ts";
import { publicEntryPoints } from "./settings.ts";
import type { TraefikSettings } from "./settings.ts";

/** The file provider's notation, routers in the order of their names. */
export function dynamicConfiguration(
  ingresses: readonly Ingress[],
  settings: TraefikSettings,
  world: World,
): ConfigurationLine[] {
  const read = ingresses.map((ingress) => readIngress(ingress, settings, world));
  const routers = read
    .flatMap((one) => one.routers)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : b.priority - a.priority));
  const services = new Map(routers.map((one) => [one.backend.upstream, one]));
  const problems = read.flatMap((one) => one.problems);
  return [
    { text: "http:" },
    { text: "  routers:" },
    ...routers.flatMap((one) => routerLines(one, settings)),
    { text: "  services:" },
    ...[...services].sort().flatMap(([name, one]) => serviceLines(name, one)),
    ...problems.map(({ message, fields }) => ({
      text: `  # no router: ${[message, fields["error"], fields["serviceName"]].filter(Boolean).join(": ")}`,
    })),
  ];
}

function routerLines(one: Router, settings: TraefikSettings): ConfigurationLine[] {
  const { source, router } = one;
  const points = router.entryPoints ?? publicEntryPoints(settings).map(({ name }) => name);
  const lines = [
    `    ${one.name}:`,
    `      entryPoints: [${points.join(", ")}]`,
    `      rule: ${one.rule}`,
    `      priority: ${one.priority}`,
    `      service: ${one.backend.upstream}`,
    ...(router.middlewares.length > 0
      ? [`      middlewares: [${router.middlewares.join(", ")}]  # none of them exists here`]
      : []),
    ...(router.tls ? ["      tls: {}"] : []),
  ];
  return lines.map((text) => ({ text, source }));
}

function serviceLines(name: string, { source, service }: Router): ConfigurationLine[] {
  const { servers, scheme, annotations } = service;
  const lines = [
    `    ${name}:`,
    "      loadBalancer:",
    "        passHostHeader: true",
    ...(annotations.sticky ? ["        sticky: {cookie: {}}"] : []),
    `        servers:${servers.length === 0 ? " []" : ""}`,
    ...servers.map(({ host, port }) => `          - url: ${scheme}://${host}:${port}`),
  ];
  return lines.map((text) => ({ text, source }));
}
