// What kubernetes-types does not tell about the types, from k8s.io/api's struct tags.

/** The kinds' own types: module of the package, name. The order decides who keeps a name. */
export const roots = [
  ["core/v1", "Namespace"],
  ["core/v1", "Node"],
  ["core/v1", "Pod"],
  ["core/v1", "Service"],
  ["core/v1", "Endpoints"],
  ["core/v1", "ConfigMap"],
  ["core/v1", "Secret"],
  ["core/v1", "ServiceAccount"],
  ["core/v1", "Event"],
  ["apps/v1", "Deployment"],
  ["apps/v1", "ReplicaSet"],
  ["discovery/v1", "EndpointSlice"],
  ["networking/v1", "Ingress"],
  ["networking/v1", "IngressClass"],
  ["coordination/v1", "Lease"],
  ["admissionregistration/v1", "ValidatingWebhookConfiguration"],
  ["apiextensions/v1", "CustomResourceDefinition"],
  ["core/v1", "PersistentVolume"],
  ["core/v1", "PersistentVolumeClaim"],
  ["events/v1", "Event"],
  ["apps/v1", "ControllerRevision"],
  ["apps/v1", "DaemonSet"],
  ["apps/v1", "StatefulSet"],
  ["batch/v1", "CronJob"],
  ["batch/v1", "Job"],
  ["networking/v1", "NetworkPolicy"],
  ["policy/v1", "PodDisruptionBudget"],
  ["rbac/v1", "ClusterRole"],
  ["rbac/v1", "ClusterRoleBinding"],
  ["rbac/v1", "Role"],
  ["rbac/v1", "RoleBinding"],
  ["storage/v1", "StorageClass"],
  ["scheduling/v1", "PriorityClass"],
];

/** Numbers are int32, except in fields of these names. */
export const int64 = new Set([
  "activeDeadlineSeconds",
  "deletionGracePeriodSeconds",
  "expirationSeconds",
  "fsGroup",
  "generation",
  "maxItems",
  "maxLength",
  "maxProperties",
  "minItems",
  "minLength",
  "minProperties",
  "observedGeneration",
  "remainingItemCount",
  "runAsGroup",
  "runAsUser",
  "seconds",
  "sizeBytes",
  "supplementalGroups",
  "terminationGracePeriodSeconds",
  "tolerationSeconds",
]);

/** Texts that hold base64 of bytes. */
export const bytes = new Set([
  "Secret.data",
  "ConfigMap.binaryData",
  "WebhookClientConfig.caBundle",
]);

export const quantities = new Set([]);

/** Numbers that may have a fraction. */
export const doubles = new Set([
  "JSONSchemaProps.maximum",
  "JSONSchemaProps.minimum",
  "JSONSchemaProps.multipleOf",
]);

/**
 * How a strategic merge patch merges a field: the key of a list of objects (further keys make
 * an item unique under server-side apply), "*" for a list of scalars, "+" for retainKeys.
 */
export const merges = {
  "ObjectMeta.finalizers": "*",
  "ObjectMeta.ownerReferences": "uid",
  "Container.env": "name",
  "Container.ports": "containerPort,protocol",
  "Container.volumeDevices": "devicePath",
  "Container.volumeMounts": "mountPath",
  "EphemeralContainer.env": "name",
  "EphemeralContainer.ports": "containerPort,protocol",
  "EphemeralContainer.volumeDevices": "devicePath",
  "EphemeralContainer.volumeMounts": "mountPath",
  "NamespaceStatus.conditions": "type",
  "NodeSpec.podCIDRs": "*",
  "NodeStatus.addresses": "type",
  "NodeStatus.conditions": "type",
  "PodSpec.containers": "name",
  "PodSpec.ephemeralContainers": "name",
  "PodSpec.hostAliases": "ip",
  "PodSpec.imagePullSecrets": "name",
  "PodSpec.initContainers": "name",
  "PodSpec.resourceClaims": "name+",
  "PodSpec.schedulingGates": "name",
  "PodSpec.topologySpreadConstraints": "topologyKey,whenUnsatisfiable",
  "PodSpec.volumes": "name+",
  "PodStatus.conditions": "type",
  "PodStatus.hostIPs": "ip",
  "PodStatus.podIPs": "ip",
  "PodStatus.resourceClaimStatuses": "name+",
  "ServiceAccount.imagePullSecrets": "name",
  "ServiceAccount.secrets": "name",
  "ServiceSpec.ports": "port,protocol",
  "ServiceStatus.conditions": "type",
  "DeploymentSpec.strategy": "+",
  "DeploymentStatus.conditions": "type",
  "ReplicaSetStatus.conditions": "type",
  "DaemonSetStatus.conditions": "type",
  "StatefulSetStatus.conditions": "type",
  "JobStatus.conditions": "type",
  "PersistentVolumeClaimStatus.conditions": "type",
  "PodDisruptionBudgetStatus.conditions": "type",

  "ValidatingWebhookConfiguration.webhooks": "name",
  "ValidatingWebhook.matchConditions": "name",
};

/** Fields that came after the package's Kubernetes 1.30: name, type, description. */
export const newer = {
  Container: [
    [
      "restartPolicyRules",
      "[]*",
      "Rules that decide whether the container restarts when it exits.",
    ],
  ],
  ContainerStatus: [
    ["allocatedResourcesStatus", "[]*", "Status of the resources allocated to the container."],
    ["user", "*", "User identity of the container's first process."],
    ["stopSignal", "s", "Signal that stops the container."],
  ],
  DeploymentStatus: [["terminatingReplicas", "i", "Pods that are being deleted but are not gone."]],
  EndpointHints: [["forNodes", "[]*", "Nodes that should use the endpoint."]],
  LeaseSpec: [
    ["preferredHolder", "s", "Who should hold the lease next."],
    ["strategy", "s", "How the leader is picked."],
  ],
  JSONSchemaProps: [
    ["x-kubernetes-embedded-resource", "b", "The value is an object with kind and apiVersion."],
    ["x-kubernetes-int-or-string", "b", "The value is an integer or a string."],
    ["x-kubernetes-list-map-keys", "[]s", "The fields that tell the items of a map list apart."],
    ["x-kubernetes-list-type", "s", "How a list is merged: atomic, set or map."],
    ["x-kubernetes-map-type", "s", "How an object is merged: atomic or granular."],
    ["x-kubernetes-preserve-unknown-fields", "b", "Fields that are not specified are kept."],
    ["x-kubernetes-validations", "[]@ValidationRule", "Rules in CEL that the value must meet."],
  ],
  Lifecycle: [["stopSignal", "s", "Signal that stops the container."]],
  NodeStatus: [
    ["features", "*", "Features of the node's container runtime."],
    ["runtimeHandlers", "[]*", "The node's runtime handlers."],
  ],
  PodSecurityContext: [
    ["seLinuxChangePolicy", "s", "How SELinux labels are applied to volumes."],
    ["supplementalGroupsPolicy", "s", "How supplemental groups are calculated."],
  ],
  PodSpec: [
    ["hostnameOverride", "s", "The Pod's hostname, instead of its name."],
    ["resources", "@ResourceRequirements", "Resources of the Pod as a whole."],
  ],
  PodStatus: [["observedGeneration", "l", "The generation that this status reports on."]],
  PodCondition: [["observedGeneration", "l", "The generation that this condition reports on."]],
  ReplicaSetStatus: [["terminatingReplicas", "i", "Pods that are being deleted but are not gone."]],
  ResourceClaim: [["request", "s", "The request of the claim."]],
  RuleWithOperations: [
    ["resources", "[]s", "The resources that the rule is for: pods, pods/log, *."],
    ["scope", "s", "Cluster, Namespaced, or * for both."],
  ],
  Volume: [["image", "*", "A container image or artifact, mounted read-only."]],
  VolumeMount: [["recursiveReadOnly", "s", "Whether mounts below are read-only too."]],
};
