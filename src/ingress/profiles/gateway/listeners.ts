// The listeners of a Gateway, its own and those of its ListenerSets, and what is wrong with each:
// protocols that are not spoken, conflicts on a port, certificates that cannot be used.

import type { Identity } from "../../../net/tls/contract.ts";
import { readPair } from "../../tls/pair.ts";
import { admits, byAge, mayRefer, namespaceOf } from "./everything.ts";
import type { Everything, Problem } from "./everything.ts";
import { group } from "./kinds.ts";
import type { Gateway, ListenerSet, ListenerSpec, ObjectRef, RouteKind } from "./kinds.ts";

export interface Listener {
  readonly owner: Gateway | ListenerSet;
  readonly spec: ListenerSpec;
  /** In lower case; "" for every host. */
  readonly hostname: string;
  /** The routes that it takes. */
  readonly kinds: readonly RouteKind[];
  /** Shown to clients of HTTPS and of TLS that ends here. */
  readonly identities: readonly Identity[];
  /** Why it is not accepted. */
  readonly refused: Problem | undefined;
  readonly conflict: Problem | undefined;
  /** What it refers to in vain. */
  readonly unresolved: Problem | undefined;
}

/** A ListenerSet and whether its Gateway takes it in. */
export interface SetState {
  readonly set: ListenerSet;
  readonly allowed: boolean;
}

/** Whether it serves: a listener that only names kinds in vain serves the others. */
export function serves({ refused, conflict, unresolved, kinds }: Listener): boolean {
  if (refused || conflict) return false;
  return !unresolved || (unresolved.reason === "InvalidRouteKinds" && kinds.length > 0);
}

/** The ListenerSets that name a Gateway, oldest first. */
export function setsOf(gateway: Gateway, all: Everything): SetState[] {
  const home = namespaceOf(gateway);
  return all.listenerSets
    .filter((set) => {
      const { name, namespace = namespaceOf(set), kind = "Gateway" } = set.spec.parentRef;
      return kind === "Gateway" && name === gateway.metadata.name && namespace === home;
    })
    .sort(byAge)
    .map((set) => {
      const from = gateway.spec.allowedListeners?.namespaces ?? { from: "None" };
      return { set, allowed: admits(all, { from: "None", ...from }, home, namespaceOf(set)) };
    });
}

/** In the order of precedence: the Gateway's own come first, then those of older sets. */
export function listenersOf(
  gateway: Gateway,
  sets: readonly SetState[],
  all: Everything,
): Listener[] {
  const owners = [gateway, ...sets.filter(({ allowed }) => allowed).map(({ set }) => set)];
  const out: Listener[] = [];
  for (const owner of owners) {
    for (const spec of owner.spec.listeners) out.push(listenerOf(owner, spec, out, all));
  }
  return out;
}

/** What each protocol carries. */
const carried: Readonly<Record<string, readonly string[]>> = {
  HTTP: ["HTTPRoute"],
  HTTPS: ["HTTPRoute"],
  TLS: ["TLSRoute"],
  TCP: ["TCPRoute"],
};

function listenerOf(
  owner: Listener["owner"],
  spec: ListenerSpec,
  earlier: readonly Listener[],
  all: Everything,
): Listener {
  const hostname = (spec.hostname ?? "").toLowerCase();
  const possible = Object.hasOwn(carried, spec.protocol) ? carried[spec.protocol]! : [];
  const wanted = spec.allowedRoutes?.kinds ?? [];
  const known = ({ group: of = group, kind }: RouteKind): boolean =>
    of === group && possible.includes(kind);
  const named = wanted.length > 0 ? wanted.filter(known).map(({ kind }) => kind) : possible;
  const kinds = [...new Set(named)].map((kind) => ({ group, kind }));
  const conflict = conflictOf(spec, hostname, earlier);
  const refused = possible.length === 0 ? unspoken(spec) : conflict;
  const certificates = certificatesOf(owner, spec, all);
  const invalidKinds = wanted.some((one) => !known(one)) && possible.length > 0;
  const unresolved = invalidKinds ? unknownKinds(spec, wanted, known) : certificates.problem;
  const { identities } = certificates;
  return { owner, spec, hostname, kinds, identities, refused, conflict, unresolved };
}

function unspoken({ protocol }: ListenerSpec): Problem {
  const message = `protocol ${protocol} is not supported; HTTP, HTTPS, TLS and TCP are`;
  return { reason: "UnsupportedProtocol", message };
}

function unknownKinds(
  { protocol }: ListenerSpec,
  wanted: readonly RouteKind[],
  known: (kind: RouteKind) => boolean,
): Problem {
  const names = wanted.filter((one) => !known(one)).map(({ kind }) => kind);
  const message = `a listener of protocol ${protocol} takes no routes of kind ${names.join(", ")}`;
  return { reason: "InvalidRouteKinds", message };
}

/** Who came first keeps the port and the hostname. */
function conflictOf(
  { port, protocol }: ListenerSpec,
  hostname: string,
  earlier: readonly Listener[],
): Problem | undefined {
  for (const other of earlier) {
    if (other.spec.port !== port || other.conflict || other.refused) continue;
    const who = `listener ${other.spec.name} of ${other.owner.kind} ${other.owner.metadata.name}`;
    if (!compatible(protocol, other.spec.protocol)) {
      const message = `${who} already speaks ${other.spec.protocol} on port ${port}`;
      return { reason: "ProtocolConflict", message };
    }
    if (other.hostname === hostname) {
      const which = hostname === "" ? "all hostnames" : `hostname ${hostname}`;
      const message = `${who} already serves ${which} on port ${port}`;
      return { reason: "HostnameConflict", message };
    }
  }
  return undefined;
}

/** What begins with a TLS hello can share a port: the server name tells them apart. */
function compatible(a: string, b: string): boolean {
  const secure = (protocol: string): boolean => protocol === "HTTPS" || protocol === "TLS";
  return a === b || (secure(a) && secure(b));
}

interface Certificates {
  readonly identities: readonly Identity[];
  readonly problem?: Problem;
}

function certificatesOf(
  owner: Listener["owner"],
  spec: ListenerSpec,
  all: Everything,
): Certificates {
  const ends = spec.protocol === "HTTPS" || (spec.protocol === "TLS" && !passes(spec));
  if (!ends) return { identities: [] };
  const refs = spec.tls?.certificateRefs ?? [];
  const identities: Identity[] = [];
  let problem: Problem | undefined;
  for (const ref of refs) {
    const found = identityOf(owner, ref, all);
    if ("reason" in found) problem ??= found;
    else identities.push(found);
  }
  if (refs.length === 0) {
    problem = { reason: "InvalidCertificateRef", message: "tls.certificateRefs names no Secret" };
  }
  return { identities, ...(problem && { problem }) };
}

/** Whether the TLS of a listener goes on to the backend as it came. */
export function passes({ protocol, tls }: ListenerSpec): boolean {
  return protocol === "TLS" && tls?.mode === "Passthrough";
}

/** The certificate and key of a Secret that an owner may refer to. */
function identityOf(
  owner: { readonly kind: string } & Listener["owner"],
  ref: ObjectRef,
  all: Everything,
): Identity | Problem {
  const { group: of = "", kind = "Secret", name, namespace = namespaceOf(owner) } = ref;
  const reason = "InvalidCertificateRef";
  if (of !== "" || kind !== "Secret") {
    return { reason, message: `${kind} ${name} (group "${of}") is no Secret` };
  }
  const from = { group, kind: owner.kind, namespace: namespaceOf(owner) };
  if (!mayRefer(all, from, { group: "", kind, namespace, name })) {
    const message =
      `no ReferenceGrant in namespace ${namespace} lets ${owner.kind}s of namespace ` +
      `${from.namespace} refer to Secret ${name}`;
    return { reason: "RefNotPermitted", message };
  }
  const secret = all.secret(`${namespace}/${name}`);
  if (!secret) return { reason, message: `Secret ${namespace}/${name} does not exist` };
  const { identity, error } = readPair(secret);
  return identity ?? { reason, message: `Secret ${namespace}/${name} cannot be used: ${error}` };
}
