// Field numbers of the messages that `kubectl create` and `kubectl auth` send, from
// generated.proto of k8s.io/api and apimachinery: the names of a message's fields by number, from
// 1 on. "-" is no field; "name:TYPE" has a type of its own where api/schema has none; "+a+b" are
// the fields 1 and 2 of a struct that JSON writes inline.

const object = "metadata spec status";

export const messages: Readonly<Record<string, string>> = {
  ObjectMeta:
    "name generateName namespace selfLink uid resourceVersion generation creationTimestamp " +
    "deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences finalizers",
  OwnerReference: "kind - name uid apiVersion controller blockOwnerDeletion",
  LabelSelector: "matchLabels matchExpressions",
  LabelSelectorRequirement: "key operator values",
  LocalObjectReference: "name",
  ObjectReference: "kind namespace name uid apiVersion resourceVersion fieldPath",
  TypedLocalObjectReference: "apiGroup kind name",
  CrossVersionObjectReference: "kind name apiVersion",

  Namespace: object,
  NamespaceSpec: "finalizers",
  ConfigMap: "metadata data binaryData immutable",
  Secret: "metadata data type stringData immutable",
  ServiceAccount: "metadata secrets imagePullSecrets automountServiceAccountToken",
  ResourceQuota: object,
  ResourceQuotaSpec: "hard scopes",
  Service: object,
  ServiceSpec:
    "ports selector clusterIP type externalIPs - sessionAffinity loadBalancerIP " +
    "loadBalancerSourceRanges externalName externalTrafficPolicy healthCheckNodePort " +
    "publishNotReadyAddresses - - - ipFamilyPolicy clusterIPs ipFamilies " +
    "allocateLoadBalancerNodePorts loadBalancerClass internalTrafficPolicy trafficDistribution",
  ServicePort: "name protocol port targetPort nodePort appProtocol",
  Binding: "metadata target:@ObjectReference",

  Pod: object,
  PodTemplateSpec: "metadata spec",
  PodSpec:
    "volumes containers restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds " +
    "dnsPolicy nodeSelector serviceAccountName serviceAccount nodeName hostNetwork hostPID " +
    "hostIPC - imagePullSecrets hostname subdomain - schedulerName initContainers " +
    "automountServiceAccountToken tolerations - priorityClassName priority - " +
    "shareProcessNamespace - runtimeClassName enableServiceLinks preemptionPolicy",
  Toleration: "key operator value effect tolerationSeconds",
  Container:
    "name image command args workingDir ports env resources volumeMounts livenessProbe " +
    "readinessProbe - terminationMessagePath imagePullPolicy - stdin stdinOnce tty envFrom " +
    "terminationMessagePolicy - startupProbe - restartPolicy",
  ContainerPort: "name hostPort containerPort protocol hostIP",
  EnvVar: "name value valueFrom",
  EnvVarSource: "fieldRef - configMapKeyRef secretKeyRef",
  ObjectFieldSelector: "apiVersion fieldPath",
  ConfigMapKeySelector: "+name key optional",
  SecretKeySelector: "+name key optional",
  EnvFromSource: "prefix configMapRef secretRef",
  ConfigMapEnvSource: "+name optional",
  SecretEnvSource: "+name optional",
  ResourceRequirements: "limits requests",
  VolumeMount: "name readOnly mountPath subPath mountPropagation subPathExpr",
  Volume: "name +hostPath+emptyDir+-+-+-+secret+-+-+-+-+-+-+-+-+-+-+-+-+configMap",
  EmptyDirVolumeSource: "medium sizeLimit",
  HostPathVolumeSource: "path type",
  SecretVolumeSource: "secretName items defaultMode optional",
  ConfigMapVolumeSource: "+name items defaultMode optional",
  KeyToPath: "key path mode",
  Probe:
    "+exec+httpGet+tcpSocket+grpc initialDelaySeconds timeoutSeconds periodSeconds " +
    "successThreshold failureThreshold terminationGracePeriodSeconds",
  ExecAction: "command",
  HTTPGetAction: "path port host scheme httpHeaders",
  HTTPHeader: "name value",
  TCPSocketAction: "port host",
  GRPCAction: "port service",

  Deployment: object,
  DeploymentSpec:
    "replicas selector template strategy minReadySeconds revisionHistoryLimit paused - " +
    "progressDeadlineSeconds",
  DeploymentStrategy: "type rollingUpdate",
  RollingUpdateDeployment: "maxUnavailable maxSurge",
  Job: object,
  JobSpec:
    "parallelism completions activeDeadlineSeconds selector manualSelector template " +
    "backoffLimit ttlSecondsAfterFinished completionMode suspend",
  JobTemplateSpec: "metadata spec",
  CronJob: object,
  CronJobSpec:
    "schedule startingDeadlineSeconds concurrencyPolicy suspend jobTemplate " +
    "successfulJobsHistoryLimit failedJobsHistoryLimit timeZone",

  Ingress: object,
  IngressSpec: "defaultBackend tls rules ingressClassName",
  IngressTLS: "hosts secretName",
  IngressRule: "host +http",
  HTTPIngressRuleValue: "paths",
  HTTPIngressPath: "path backend pathType",
  IngressBackend: "- - resource service",
  IngressServiceBackend: "name port",
  ServiceBackendPort: "name number",
  IngressClass: "metadata spec",
  IngressClassSpec: "controller parameters",

  Role: "metadata rules",
  ClusterRole: "metadata rules aggregationRule",
  AggregationRule: "clusterRoleSelectors",
  PolicyRule: "verbs apiGroups resources resourceNames nonResourceURLs",
  RoleBinding: "metadata subjects roleRef",
  ClusterRoleBinding: "metadata subjects roleRef",
  Subject: "kind apiGroup name namespace",
  RoleRef: "apiGroup kind name",
  PodDisruptionBudget: object,
  PodDisruptionBudgetSpec: "minAvailable selector maxUnavailable unhealthyPodEvictionPolicy",
  Eviction: "metadata:@ObjectMeta deleteOptions:@DeleteOptions",
  DeleteOptions:
    "gracePeriodSeconds:l preconditions:@Preconditions orphanDependents:b propagationPolicy:s " +
    "dryRun:[]s",
  Preconditions: "uid:s resourceVersion:s",
  PriorityClass: "metadata value globalDefault description preemptionPolicy",
  HorizontalPodAutoscaler: object,
  HorizontalPodAutoscalerSpec: "scaleTargetRef minReplicas maxReplicas metrics",
  MetricSpec: "type - - resource",
  ResourceMetricSource: "name target",
  MetricTarget: "type value averageValue averageUtilization",

  TokenRequest: "metadata:@ObjectMeta spec:@TokenRequestSpec",
  TokenRequestSpec: "audiences:[]s - boundObjectRef:@BoundObjectReference expirationSeconds:l",
  BoundObjectReference: "kind:s apiVersion:s name:s uid:s",
  TokenReview: "metadata:@ObjectMeta spec:@TokenReviewSpec",
  TokenReviewSpec: "token:s audiences:[]s",
  SelfSubjectReview: "metadata:@ObjectMeta",
  SelfSubjectRulesReview: "metadata:@ObjectMeta spec:@SelfSubjectRulesReviewSpec",
  SelfSubjectRulesReviewSpec: "namespace:s",
  SelfSubjectAccessReview: "metadata:@ObjectMeta spec:@SubjectAccessReviewSpec",
  SubjectAccessReview: "metadata:@ObjectMeta spec:@SubjectAccessReviewSpec",
  LocalSubjectAccessReview: "metadata:@ObjectMeta spec:@SubjectAccessReviewSpec",
  SubjectAccessReviewSpec:
    "resourceAttributes:@ResourceAttributes nonResourceAttributes:@NonResourceAttributes " +
    "user:s groups:[]s - uid:s",
  ResourceAttributes: "namespace:s verb:s group:s version:s resource:s subresource:s name:s",
  NonResourceAttributes: "path:s verb:s",
};

/** Fields that Go has as pointers, or prints always: their zero says something. */
export const kept: ReadonlySet<string> = new Set(
  `replicas parallelism completions backoffLimit suspend value startingDeadlineSeconds
  successfulJobsHistoryLimit failedJobsHistoryLimit ttlSecondsAfterFinished immutable optional
  automountServiceAccountToken revisionHistoryLimit progressDeadlineSeconds enableServiceLinks
  allocateLoadBalancerNodePorts terminationGracePeriodSeconds gracePeriodSeconds
  expirationSeconds minReplicas`.split(/\s+/),
);
