// What Go prints of an object in which nothing is set: structs that are no pointers, and lists
// without omitempty as null. A creation is compared with it, so that "f:spec" itself belongs to
// nobody. Models the zero values of k8s.io/api's types.

import type { Kind } from "../../api/kinds/kind.ts";

const podTemplate = { metadata: {}, spec: { containers: null } };
const workload = { metadata: {}, spec: { selector: null, template: podTemplate }, status: {} };
const plain = { metadata: {} };
const usual = { metadata: {}, spec: {}, status: {} };
const job = { metadata: {}, spec: { template: podTemplate }, status: {} };

const empties: Readonly<Record<string, object>> = {
  "/ConfigMap": plain,
  "/Secret": plain,
  "/ServiceAccount": plain,
  "/Endpoints": plain,
  "/Event": { metadata: {}, involvedObject: {}, source: {}, reportingComponent: "" },
  "/Pod": { metadata: {}, spec: { containers: null }, status: {} },
  "/Service": { metadata: {}, spec: {}, status: { loadBalancer: {} } },
  "/Node": {
    metadata: {},
    spec: {},
    status: { daemonEndpoints: { kubeletEndpoint: {} }, nodeInfo: {} },
  },
  "/PersistentVolumeClaim": { metadata: {}, spec: { resources: {} }, status: {} },
  "apps/Deployment": { ...workload, spec: { ...workload.spec, strategy: {} } },
  "apps/ReplicaSet": { ...workload, spec: { selector: null, template: podTemplate } },
  "apps/DaemonSet": { ...workload, spec: { ...workload.spec, updateStrategy: {} } },
  "apps/StatefulSet": { ...workload, spec: { ...workload.spec, updateStrategy: {} } },
  "batch/Job": job,
  "batch/CronJob": {
    metadata: {},
    spec: { jobTemplate: { metadata: {}, spec: { template: podTemplate } } },
    status: {},
  },
  "networking.k8s.io/Ingress": { metadata: {}, spec: {}, status: { loadBalancer: {} } },
  "networking.k8s.io/IngressClass": { metadata: {}, spec: {} },
  "networking.k8s.io/NetworkPolicy": { metadata: {}, spec: { podSelector: {} } },
  "discovery.k8s.io/EndpointSlice": { metadata: {}, endpoints: null, ports: null },
  "coordination.k8s.io/Lease": { metadata: {}, spec: {} },
  "rbac.authorization.k8s.io/Role": { metadata: {}, rules: null },
  "rbac.authorization.k8s.io/ClusterRole": { metadata: {}, rules: null },
  "rbac.authorization.k8s.io/RoleBinding": { metadata: {}, roleRef: {} },
  "rbac.authorization.k8s.io/ClusterRoleBinding": { metadata: {}, roleRef: {} },
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration": plain,
};

/** Custom resources are compared with nothing but their metadata. */
export function emptyOf({ group, kind, schema }: Kind): object {
  if (schema !== undefined) return plain;
  return empties[`${group}/${kind}`] ?? usual;
}
