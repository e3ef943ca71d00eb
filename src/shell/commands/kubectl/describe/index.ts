// The describers by kind. A kind that is not here is described field by field.

import type { Obj } from "../../../../api/object.ts";
import type { Describer } from "./describer.ts";
import { describeIngress, describeIngressClass } from "./ingress.ts";
import { describeNode } from "./node.ts";
import { describeAnything, describeConfigMap, describeNamespace, describeSecret } from "./plain.ts";
import { describePod } from "./pod.ts";
import { describeEndpointSlice, describeService } from "./service.ts";
import { describeDeployment, describeReplicaSet } from "./workload.ts";

const describers: Readonly<Record<string, unknown>> = {
  "v1 Namespace": describeNamespace,
  "v1 Node": describeNode,
  "v1 Pod": describePod,
  "v1 Service": describeService,
  "v1 ConfigMap": describeConfigMap,
  "v1 Secret": describeSecret,
  "apps/v1 Deployment": describeDeployment,
  "apps/v1 ReplicaSet": describeReplicaSet,
  "discovery.k8s.io/v1 EndpointSlice": describeEndpointSlice,
  "networking.k8s.io/v1 Ingress": describeIngress,
  "networking.k8s.io/v1 IngressClass": describeIngressClass,
};

/** The describer of an object's kind: the table's key is what makes the cast sound. */
export function describerOf({ apiVersion, kind }: Obj): Describer {
  return (describers[`${apiVersion} ${kind}`] as Describer | undefined) ?? describeAnything;
}
