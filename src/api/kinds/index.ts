// The one list of all kinds: what the API server serves and kubectl knows.

import { ConfigMap } from "./configmap.ts";
import { Deployment } from "./deployment.ts";
import { EndpointSlice } from "./endpointslice.ts";
import { Endpoints } from "./endpoints.ts";
import { Event } from "./event.ts";
import { Ingress } from "./ingress.ts";
import { IngressClass } from "./ingressclass.ts";
import { Lease } from "./lease.ts";
import { Namespace } from "./namespace.ts";
import { Node } from "./node.ts";
import { Pod } from "./pod.ts";
import { ReplicaSet } from "./replicaset.ts";
import { Secret } from "./secret.ts";
import { Service } from "./service.ts";
import { ServiceAccount } from "./serviceaccount.ts";
import { ValidatingWebhookConfiguration } from "./validatingwebhookconfiguration.ts";
import type { Kind } from "./kind.ts";

/** In the order of discovery: the core group first. */
export const kinds: readonly Kind[] = [
  Namespace,
  Node,
  Pod,
  Service,
  Endpoints,
  ConfigMap,
  Secret,
  ServiceAccount,
  Event,
  Deployment,
  ReplicaSet,
  EndpointSlice,
  Ingress,
  IngressClass,
  Lease,
  ValidatingWebhookConfiguration,
];

export {
  ConfigMap,
  Deployment,
  EndpointSlice,
  Endpoints,
  Event,
  Ingress,
  IngressClass,
  Lease,
  Namespace,
  Node,
  Pod,
  ReplicaSet,
  Secret,
  Service,
  ServiceAccount,
};
