// The load balancer that a group wants: its name, its scheme, its listeners; or why it cannot be
// built. Models model_builder.go, model_build_load_balancer.go and model_build_listener.go.

import { sha256 } from "@noble/hashes/sha2.js";
import type { Ingress } from "../../../api/kinds/ingress.ts";
import { keyOf } from "../../../api/object.ts";
import { hex, utf8 } from "../../../base/bytes.ts";
import type { World } from "../../compile/world.ts";
import { ModelError } from "./actions.ts";
import type { GroupShare } from "./actions.ts";
import { annotation } from "./annotations.ts";
import type { Group } from "./groups.ts";
import { defaultActionOf, rulesOf } from "./rules.ts";
import { targetGroups } from "./targets.ts";
import type { TargetGroup } from "./targets.ts";

export interface Model {
  readonly id: string;
  readonly name: string;
  readonly scheme: "internet-facing" | "internal";
  readonly listeners: readonly ModelListener[];
  readonly forwards: readonly {
    readonly ingress: Ingress;
    readonly shares: readonly GroupShare[];
  }[];
  readonly targetGroups: readonly TargetGroup[];
}

export interface ModelListener {
  readonly port: number;
  readonly protocol: "HTTP" | "HTTPS";
  readonly certificates: readonly string[];
  readonly members: readonly Ingress[];
  readonly redirectTo: number | undefined;
}

/** Throws ModelError. */
export function buildModel(group: Group, clusterName: string, world: World): Model {
  const { id, members } = group;
  const listeners = listenersOf(members);
  const scheme = schemeOf(members);
  const forwards = members.flatMap((ingress) => about(ingress, () => forwardsOf(ingress)));
  const groups = forwards.flatMap(({ ingress, shares }) =>
    about(ingress, () => targetGroups(shares, ingress, world)),
  );
  const fallbacks = members.filter(({ spec }) => spec.defaultBackend !== undefined);
  if (fallbacks.length > 1) {
    const keys = fallbacks.map(keyOf).join(" ");
    throw new ModelError(`multiple ingress defined default backend: [${keys}]`);
  }
  const name = explicitName(members) ?? nameOf(id, clusterName, scheme);
  return { id, name, scheme, listeners, forwards, targetGroups: groups };
}

/** Models buildLoadBalancerName: stable, and at most 32 characters. */
export function nameOf(id: string, clusterName: string, scheme: string): string {
  const hash = hex(sha256(utf8(`${clusterName}${id}${scheme}`))).slice(0, 10);
  const bare = (text: string, length: number): string =>
    text.replace(/[^A-Za-z0-9]/g, "").slice(0, length);
  const [namespace = "", name] = id.split("/");
  if (name === undefined) return `k8s-${bare(id, 17)}-${hash}`;
  return `k8s-${bare(namespace, 8)}-${bare(name, 8)}-${hash}`;
}

/** As the controller logs it: the stack's resources. */
export function printModel(model: Model): string {
  const { id, name, scheme, listeners } = model;
  const resources = {
    "AWS::ElasticLoadBalancingV2::Listener": Object.fromEntries(
      listeners.map(({ port, protocol, certificates }) => {
        const certificateArns = certificates.map((certificateARN) => ({ certificateARN }));
        const spec = {
          port,
          protocol,
          ...(certificates.length > 0 && { certificates: certificateArns }),
        };
        return [String(port), { spec }];
      }),
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": {
      LoadBalancer: { spec: { name, type: "application", scheme, ipAddressType: "ipv4" } },
    },
    "AWS::ElasticLoadBalancingV2::TargetGroup": Object.fromEntries(
      model.targetGroups.map(({ namespace, service, port, type }) => [
        `${id.includes("/") ? id : `${namespace}/${id}`}-${service}:${port.port}`,
        {
          spec: {
            targetType: type,
            port: type === "instance" ? port.nodePort : Number(port.targetPort) || 1,
            protocol: "HTTP",
          },
        },
      ]),
    ),
  };
  return JSON.stringify({ id, resources });
}

/** Runs it; what it refuses is told with the Ingress' name before it. */
function about<T>(ingress: Ingress, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new ModelError(`ingress: ${keyOf(ingress)}: ${error.message}`);
  }
}

function forwardsOf(ingress: Ingress): { ingress: Ingress; shares: readonly GroupShare[] }[] {
  const actions = rulesOf(ingress).map(({ action }) => action);
  const fallback = defaultActionOf(ingress);
  return [...actions, ...(fallback ? [fallback] : [])].flatMap((action) =>
    action.type === "forward" ? [{ ingress, shares: action.groups }] : [],
  );
}

function listenersOf(members: readonly Ingress[]): ModelListener[] {
  const byPort = new Map<number, { protocol: "HTTP" | "HTTPS"; arns: string[]; of: Ingress[] }>();
  for (const ingress of members) {
    for (const { port, protocol, arns } of about(ingress, () => portsOf(ingress))) {
      const known = byPort.get(port);
      if (known && known.protocol !== protocol) {
        throw new ModelError(`conflicting protocol: ${known.protocol} | ${protocol}`);
      }
      const arnsBefore = known?.arns ?? [];
      byPort.set(port, {
        protocol,
        arns: [...new Set([...arnsBefore, ...arns])],
        of: [...(known?.of ?? []), ingress],
      });
    }
  }
  const redirectTo = redirectOf(members);
  if (redirectTo !== undefined && byPort.get(redirectTo)?.protocol !== "HTTPS") {
    throw new ModelError(`listener does not exist for SSLRedirect port: ${redirectTo}`);
  }
  return [...byPort]
    .sort(([a], [b]) => a - b)
    .map(([port, { protocol, arns, of }]) => ({
      port,
      protocol,
      certificates: arns,
      members: of,
      redirectTo: protocol === "HTTP" ? redirectTo : undefined,
    }));
}

/** listen-ports, or 443 with a certificate and 80 without. */
function portsOf(
  ingress: Ingress,
): { port: number; protocol: "HTTP" | "HTTPS"; arns: readonly string[] }[] {
  const arns = (annotation(ingress, "certificate-arn") ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
  const written = annotation(ingress, "listen-ports");
  const ports =
    written === undefined
      ? [arns.length > 0 ? ({ port: 443, protocol: "HTTPS" } as const) : httpPort]
      : parsePorts(written);
  if (ports.some(({ protocol }) => protocol === "HTTPS") && arns.length === 0) {
    const host = ingress.spec.rules?.find((rule) => rule.host)?.host ?? "";
    throw new ModelError(`no certificate found for host: ${host}`);
  }
  return ports.map((one) => ({ ...one, arns: one.protocol === "HTTPS" ? arns : [] }));
}

const httpPort = { port: 80, protocol: "HTTP" } as const;

function parsePorts(written: string): { port: number; protocol: "HTTP" | "HTTPS" }[] {
  let entries: unknown;
  try {
    entries = JSON.parse(written);
  } catch {
    throw new ModelError(`failed to parse listen-ports configuration: \`${written}\``);
  }
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new ModelError(`empty listen-ports configuration: \`${written}\``);
  }
  return entries.flatMap((entry: Record<string, number>) =>
    Object.entries(entry).map(([protocol, port]) => {
      if (port < 1 || port > 65535) {
        throw new ModelError(`listen port must be within [1, 65535]: ${port}`);
      }
      if (protocol === "HTTP" || protocol === "HTTPS") return { port, protocol };
      throw new ModelError(`listen protocol must be within [HTTP, HTTPS]: ${protocol}`);
    }),
  );
}

function redirectOf(members: readonly Ingress[]): number | undefined {
  const ports = new Set(members.flatMap((one) => annotation(one, "ssl-redirect") ?? []));
  if (ports.size > 1)
    throw new ModelError(`conflicting sslRedirect port: [${[...ports].join(" ")}]`);
  const [port] = ports;
  return port === undefined ? undefined : Number(port);
}

function schemeOf(members: readonly Ingress[]): Model["scheme"] {
  const schemes = new Set(members.flatMap((one) => annotation(one, "scheme") ?? []));
  if (schemes.size > 1)
    throw new ModelError(
      `conflicting scheme: map[${[...schemes].map((s) => `${s}:{}`).join(" ")}]`,
    );
  const [scheme = "internal"] = schemes;
  if (scheme === "internal" || scheme === "internet-facing") return scheme;
  throw new ModelError(`unknown scheme: ${scheme}`);
}

function explicitName(members: readonly Ingress[]): string | undefined {
  const names = new Set(members.flatMap((one) => annotation(one, "load-balancer-name") ?? []));
  if (names.size > 1)
    throw new ModelError(`conflicting load balancer name: ${[...names].join(" ")}`);
  const [name] = names;
  if (name !== undefined && name.length > 32) {
    throw new ModelError("load balancer name cannot be longer than 32 characters");
  }
  return name;
}
