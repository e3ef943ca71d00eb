// All objects that the controller's decisions depend on, read at one moment; and who may refer to
// what in another namespace.

import type { ConfigMap } from "../../../api/kinds/configmap.ts";
import type { Namespace } from "../../../api/kinds/namespace.ts";
import type { Secret } from "../../../api/kinds/secret.ts";
import type { Service } from "../../../api/kinds/service.ts";
import type { Obj } from "../../../api/object.ts";
import { matches, requirementsOf } from "../../../api/selector.ts";
import type {
  AnyRoute,
  BackendTLSPolicy,
  FromNamespaces,
  Gateway,
  GatewayClass,
  HTTPRoute,
  ListenerSet,
  ReferenceGrant,
} from "./kinds.ts";

export interface Everything {
  /** What a GatewayClass names to be this controller's. */
  readonly controllerName: string;
  readonly classes: readonly GatewayClass[];
  readonly gateways: readonly Gateway[];
  readonly listenerSets: readonly ListenerSet[];
  readonly httpRoutes: readonly HTTPRoute[];
  readonly tlsRoutes: readonly AnyRoute[];
  readonly tcpRoutes: readonly AnyRoute[];
  readonly grants: readonly ReferenceGrant[];
  readonly policies: readonly BackendTLSPolicy[];
  namespace(name: string): Namespace | undefined;
  service(key: string): Service | undefined;
  secret(key: string): Secret | undefined;
  configMap(key: string): ConfigMap | undefined;
}

/** Why something is not as it should be: the reason and message of a condition. */
export interface Problem {
  readonly reason: string;
  readonly message: string;
}

interface Referrer {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
}

interface Referred {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Whether a reference is within a namespace, or a ReferenceGrant where it leads allows it. */
export function mayRefer(all: Everything, from: Referrer, to: Referred): boolean {
  if (from.namespace === to.namespace) return true;
  return all.grants.some(
    ({ metadata, spec }) =>
      metadata.namespace === to.namespace &&
      spec.from.some(
        (one) =>
          one.group === from.group && one.kind === from.kind && one.namespace === from.namespace,
      ) &&
      spec.to.some(
        (one) =>
          one.group === to.group &&
          one.kind === to.kind &&
          (one.name === undefined || one.name === "" || one.name === to.name),
      ),
  );
}

/** Whether a namespace is among those that may attach; `home` is that of who says so. */
export function admits(
  all: Everything,
  { from = "Same", selector }: FromNamespaces,
  home: string,
  namespace: string,
): boolean {
  switch (from) {
    case "All":
      return true;
    case "Same":
      return namespace === home;
    case "None":
      return false;
    case "Selector": {
      const labels = all.namespace(namespace)?.metadata.labels;
      return selector !== undefined && matches(requirementsOf(selector), labels);
    }
  }
}

export function namespaceOf(object: Obj): string {
  return object.metadata.namespace ?? "default";
}

/** Oldest first, then by namespace and name. */
export function byAge(a: Obj, b: Obj): number {
  const [x, y] = [a, b].map(({ metadata }) => metadata.creationTimestamp ?? "");
  if (x !== y) return x! < y! ? -1 : 1;
  const [k, l] = [a, b].map((one) => `${namespaceOf(one)}/${one.metadata.name}`);
  return k! < l! ? -1 : k === l ? 0 : 1;
}
