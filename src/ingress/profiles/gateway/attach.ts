// Which routes attach to which listeners: what a parentRef names, what the listener allows, and
// the hostnames that both have.

import { admits, namespaceOf } from "./everything.ts";
import type { Everything, Problem } from "./everything.ts";
import { intersection } from "./hostnames.ts";
import { serves } from "./listeners.ts";
import type { Listener } from "./listeners.ts";
import { group } from "./kinds.ts";
import type { AnyRoute, ParentRef } from "./kinds.ts";

/** A route at a listener, with the hostnames under which it is reached there. */
export interface Attachment {
  readonly listener: Listener;
  readonly hostnames: readonly string[];
}

/** What became of one parentRef. */
export interface Attached {
  readonly ref: ParentRef;
  readonly to: readonly Attachment[];
  /** Why it is attached nowhere. */
  readonly problem: Problem | undefined;
}

/** What a parentRef of a route leads to; `listeners` are those of the parent alone. */
export function attach(
  route: AnyRoute,
  ref: ParentRef,
  listeners: readonly Listener[],
  all: Everything,
): Attached {
  const fail = (reason: string, message: string): Attached => {
    return { ref, to: [], problem: { reason, message } };
  };
  const named = listeners.filter(
    ({ spec, conflict }) =>
      !conflict &&
      (ref.sectionName === undefined || spec.name === ref.sectionName) &&
      (ref.port === undefined || spec.port === ref.port),
  );
  if (named.length === 0) return fail("NoMatchingParent", `${nameOf(ref)} has no such listener`);
  const allowing = named.filter((one) => takes(one, route, all));
  if (allowing.length === 0) {
    const message = `no listener of ${nameOf(ref)} allows this ${route.kind} of its namespace`;
    return fail("NotAllowedByListeners", message);
  }
  const to = allowing
    .map((listener) => ({ listener, hostnames: commonHostnames(route, listener) }))
    .filter(({ hostnames }) => hostnames.length > 0);
  if (to.length > 0) return { ref, to, problem: undefined };
  const message = `no hostname of the route is one of a listener of ${nameOf(ref)}`;
  return fail("NoMatchingListenerHostname", message);
}

function nameOf({ kind = "Gateway", name, sectionName, port }: ParentRef): string {
  const section = sectionName === undefined ? "" : `, section ${sectionName}`;
  return `${kind} ${name}${section}${port === undefined ? "" : `, port ${port}`}`;
}

function takes(listener: Listener, route: AnyRoute, all: Everything): boolean {
  const kind = listener.kinds.some((one) => one.kind === route.kind && one.group === group);
  const from = listener.spec.allowedRoutes?.namespaces ?? {};
  return kind && admits(all, from, namespaceOf(listener.owner), namespaceOf(route));
}

/** The hostnames that both name. A route of no hosts (TCPRoute) has them all. */
function commonHostnames({ spec }: AnyRoute, { hostname }: Listener): string[] {
  const { hostnames = [] } = spec;
  const written = hostnames.length > 0 ? hostnames.map((one) => one.toLowerCase()) : [""];
  const common = written.map((one) => intersection(one, hostname));
  return [...new Set(common.filter((one) => one !== undefined))];
}

/** Routes count as attached at a listener that serves, or would with better certificates. */
export function reaches({ listener }: Attachment): boolean {
  return serves(listener);
}
