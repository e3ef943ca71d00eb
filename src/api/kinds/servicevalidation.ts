// What a Service may say. Models ValidateService and its neighbours in
// kubernetes/pkg/apis/core/validation/validation.go.

import type { FieldError } from "../errors.ts";
import {
  duplicate,
  eachInvalid,
  forbidden,
  invalidValue,
  notSupported,
  oneOf,
  required,
} from "../fielderrors.ts";
import { checkCidr, checkIp, checkNotSpecial } from "../ip.ts";
import { checkLabels, checkMeta, checkMetaUpdate } from "../meta.ts";
import {
  dnsLabelErrors,
  dnsSubdomainErrors,
  nameIsDns1035Label,
  portNameErrors,
  portNumberErrors,
  qualifiedNameErrors,
} from "../names.ts";
import { checkAddresses } from "./ingressvalidation.ts";
import type { Service, ServicePort, ServiceSpec } from "./service.ts";
import { checkClusterIps, checkClusterIpsUpdate, isHeadless } from "./serviceips.ts";

export function validateService(service: Service, old?: Service): FieldError[] {
  const spec = service.spec ?? {};
  return [
    ...(old ? checkUpdate(service, old) : []),
    ...checkMeta(service.metadata, { namespaced: true, name: nameIsDns1035Label }),
    ...checkTopology(service),
    ...checkType(spec),
    ...checkPorts(spec),
    ...checkLabels("spec.selector", spec.selector),
    ...checkAffinity(spec),
    ...checkClusterIps(spec),
    ...checkExternalIps(spec),
    ...oneOf("spec.type", spec.type, ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]),
    ...checkPortCombinations(spec),
    ...checkSourceRanges(service),
    ...checkLoadBalancer(spec),
    ...checkTrafficPolicies(spec),
  ];
}

export function validateServiceStatus(service: Service, old: Service): FieldError[] {
  const field = "status.loadBalancer";
  const status = service.status?.loadBalancer;
  const errors = checkMetaUpdate(service.metadata, old.metadata);
  if (service.spec?.type !== "LoadBalancer" && (status?.ingress ?? []).length > 0) {
    const detail = "may only be used when `spec.type` is 'LoadBalancer'";
    return [...errors, forbidden(`${field}.ingress`, detail)];
  }
  for (const [i, { ip, ipMode }] of (status?.ingress ?? []).entries()) {
    const at = `${field}.ingress[${i}].ipMode`;
    if (ipMode === undefined) {
      if (ip) errors.push(required(at, "must be specified when `ip` is set"));
    } else if (!ip) errors.push(forbidden(at, "may not be specified when `ip` is not set"));
    else if (ipMode !== "VIP" && ipMode !== "Proxy") {
      errors.push(notSupported(at, ipMode, ["Proxy", "VIP"]));
    }
  }
  return [...errors, ...checkAddresses(field, status)];
}

function checkUpdate(service: Service, old: Service): FieldError[] {
  const [now, before] = [service.spec ?? {}, old.spec ?? {}];
  const errors = [
    ...checkMetaUpdate(service.metadata, old.metadata),
    ...checkClusterIpsUpdate(now, before),
  ];
  const bothBalanced = now.type === "LoadBalancer" && before.type === "LoadBalancer";
  if (bothBalanced && now.loadBalancerClass !== before.loadBalancerClass) {
    const detail = "may not change once set";
    errors.push(invalidValue("spec.loadBalancerClass", now.loadBalancerClass, detail));
  }
  errors.push(...checkBalancerClass(now)); // upstream tells this twice of an update
  const bothChecked = needsHealthCheck(now) && needsHealthCheck(before);
  if (bothChecked && now.healthCheckNodePort !== before.healthCheckNodePort) {
    errors.push(forbidden("spec.healthCheckNodePort", "field is immutable"));
  }
  return errors;
}

const hints = "service.kubernetes.io/topology-aware-hints";
const mode = "service.kubernetes.io/topology-mode";

function checkTopology({ metadata: { annotations = {} } }: Service): FieldError[] {
  const [old, now] = [annotations[hints], annotations[mode]];
  if (old === undefined || now === undefined || old === now) return [];
  const detail = `must match annotations[${hints}] when both are specified`;
  return [invalidValue(`metadata.annotations[${mode}]`, now, detail)];
}

function checkType(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const none = (spec.ports ?? []).length === 0;
  if (none && !isHeadless(spec) && spec.type !== "ExternalName") {
    errors.push(required("spec.ports"));
  }
  if ((spec.type === "LoadBalancer" || spec.type === "NodePort") && isHeadless(spec)) {
    const detail = `may not be set to 'None' for ${spec.type} services`;
    errors.push(invalidValue("spec.clusterIPs[0]", "None", detail));
  }
  if (spec.type !== "ExternalName") return errors;
  const detail = "may not be set for ExternalName services";
  if (spec.clusterIPs?.length) errors.push(forbidden("spec.clusterIPs", detail));
  if (spec.ipFamilies?.length) errors.push(forbidden("spec.ipFamilies", detail));
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbidden("spec.ipFamilyPolicy", detail));
  const name = (spec.externalName ?? "").replace(/\.$/, "");
  if (name === "") return [...errors, required("spec.externalName")];
  return [...errors, ...eachInvalid("spec.externalName", name, dnsSubdomainErrors(name))];
}

function checkPorts({ ports = [] }: ServiceSpec): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, i) => {
    const field = `spec.ports[${i}]`;
    const { name = "", port: number = 0, protocol, appProtocol } = port as Partial<ServicePort>;
    const errors: FieldError[] = [];
    if (name !== "") {
      errors.push(...eachInvalid(`${field}.name`, name, dnsLabelErrors(name)));
      if (names.has(name)) errors.push(duplicate(`${field}.name`, name));
      names.add(name);
    } else if (ports.length > 1) errors.push(required(`${field}.name`));
    errors.push(...eachInvalid(`${field}.port`, number, portNumberErrors(number)));
    errors.push(...oneOf(`${field}.protocol`, protocol, ["SCTP", "TCP", "UDP"]));
    errors.push(...checkPortReference(`${field}.targetPort`, port.targetPort));
    if (appProtocol !== undefined) {
      const wrong = qualifiedNameErrors(appProtocol);
      errors.push(...eachInvalid(`${field}.appProtocol`, appProtocol, wrong));
    }
    return errors;
  });
}

/** A port by number or by name. */
export function checkPortReference(
  field: string,
  port: number | string | undefined = 0,
): FieldError[] {
  const wrong = typeof port === "number" ? portNumberErrors(port) : portNameErrors(port);
  return eachInvalid(field, port, wrong);
}

const affinitySecondsMax = 86_400;

function checkAffinity({ sessionAffinity, sessionAffinityConfig: c }: ServiceSpec): FieldError[] {
  const errors = oneOf("spec.sessionAffinity", sessionAffinity, ["ClientIP", "None"]);
  const field = "spec.sessionAffinityConfig";
  if (sessionAffinity === "None" && c) {
    errors.push(forbidden(field, "must not be set when session affinity is None"));
  }
  if (sessionAffinity !== "ClientIP") return errors;
  const missing = "when session affinity type is ClientIP";
  if (!c) return [...errors, required(field, missing)];
  if (!c.clientIP) return [...errors, required(`${field}.clientIP`, missing)];
  const seconds = c.clientIP.timeoutSeconds;
  const at = `${field}.clientIP.timeoutSeconds`;
  if (seconds === undefined) return [...errors, required(at, missing)];
  if (seconds > 0 && seconds <= affinitySecondsMax) return errors;
  const detail = `must be greater than 0 and less than ${affinitySecondsMax}`;
  return [...errors, invalidValue(at, seconds, detail)];
}

function checkExternalIps({ externalIPs = [] }: ServiceSpec): FieldError[] {
  return externalIPs.flatMap((ip, i) => {
    const field = `spec.externalIPs[${i}]`;
    const wrong = checkIp(field, ip);
    return wrong.length > 0 ? wrong : checkNotSpecial(field, ip);
  });
}

function checkPortCombinations({ type, ports = [] }: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (type === "ClusterIP") {
    const detail = "may not be used when `type` is 'ClusterIP'";
    ports.forEach((port, i) => {
      if (port.nodePort) errors.push(forbidden(`spec.ports[${i}].nodePort`, detail));
    });
  }
  const nodePorts = new Set<string>();
  ports.forEach(({ protocol, nodePort }, i) => {
    if (!nodePort) return;
    const key = `${protocol}/${nodePort}`;
    if (nodePorts.has(key)) errors.push(duplicate(`spec.ports[${i}].nodePort`, nodePort));
    nodePorts.add(key);
  });
  const seen = new Set<string>();
  ports.forEach(({ protocol = "", port }, i) => {
    const key = `${protocol}/${port}`;
    if (seen.has(key)) errors.push(duplicate(`spec.ports[${i}]`, asInternal(protocol, port)));
    seen.add(key);
  });
  return errors;
}

/** How the API server's own ServicePort prints, with only these two fields set. */
function asInternal(protocol: string, port: number): object {
  return {
    Name: "",
    Protocol: protocol,
    AppProtocol: null,
    Port: port,
    TargetPort: 0,
    NodePort: 0,
  };
}

const rangesAnnotation = "service.beta.kubernetes.io/load-balancer-source-ranges";

function checkSourceRanges({ spec, metadata }: Service): FieldError[] {
  const ranges = spec?.loadBalancerSourceRanges ?? [];
  const annotation = metadata.annotations?.[rangesAnnotation];
  const detail = "may only be used when `type` is 'LoadBalancer'";
  const balanced = spec?.type === "LoadBalancer";
  if (ranges.length > 0) {
    const field = "spec.LoadBalancerSourceRanges";
    return [
      ...(balanced ? [] : [forbidden(field, detail)]),
      ...ranges.flatMap((range, i) => checkCidr(`${field}[${i}]`, range.trim())),
    ];
  }
  if (annotation === undefined) return [];
  const field = `metadata.annotations[${rangesAnnotation}]`;
  const listed = annotation.trim() === "" ? [] : annotation.split(",");
  return [
    ...(balanced ? [] : [forbidden(field, detail)]),
    ...listed.flatMap((range) => checkCidr(field, range.trim())),
  ];
}

const balancedOnly = "may only be used when `type` is 'LoadBalancer'";

function checkLoadBalancer(spec: ServiceSpec): FieldError[] {
  const { type, allocateLoadBalancerNodePorts: allocate } = spec;
  const field = "allocateLoadBalancerNodePorts";
  const errors: FieldError[] = [];
  if (type === "LoadBalancer") {
    if (allocate === undefined) errors.push(required(field));
  } else if (allocate !== undefined) errors.push(forbidden(`spec.${field}`, balancedOnly));
  return [...errors, ...checkBalancerClass(spec)];
}

function checkBalancerClass({ type, loadBalancerClass }: ServiceSpec): FieldError[] {
  const field = "spec.loadBalancerClass";
  if (loadBalancerClass === undefined) return [];
  if (type !== "LoadBalancer") return [forbidden(field, balancedOnly)];
  return eachInvalid(field, loadBalancerClass, qualifiedNameErrors(loadBalancerClass));
}

/** Whether traffic from outside can reach it: models apiservice.ExternallyAccessible. */
export function isExternallyAccessible({ type, externalIPs = [] }: ServiceSpec): boolean {
  if (type === "LoadBalancer" || type === "NodePort") return true;
  return type === "ClusterIP" && externalIPs.length > 0;
}

function needsHealthCheck({ type, externalTrafficPolicy }: ServiceSpec): boolean {
  return type === "LoadBalancer" && externalTrafficPolicy === "Local";
}

function checkTrafficPolicies(spec: ServiceSpec): FieldError[] {
  const { externalTrafficPolicy: external, internalTrafficPolicy: internal } = spec;
  const errors: FieldError[] = [];
  if (isExternallyAccessible(spec)) {
    errors.push(...oneOf("spec.externalTrafficPolicy", external, ["Cluster", "Local"]));
  } else if (external) {
    const detail = "may only be set for externally-accessible services";
    errors.push(invalidValue("spec.externalTrafficPolicy", external, detail));
  }
  errors.push(...checkHealthCheck(spec));
  if (internal === undefined) {
    if (spec.type && spec.type !== "ExternalName") {
      if (["ClusterIP", "NodePort", "LoadBalancer"].includes(spec.type)) {
        errors.push(required("spec.internalTrafficPolicy"));
      }
    }
  } else if (internal !== "Cluster" && internal !== "Local") {
    errors.push(notSupported("spec.internalTrafficPolicy", internal, ["Cluster", "Local"]));
  }
  const distribution = spec.trafficDistribution;
  const known = ["PreferClose", "PreferSameZone", "PreferSameNode"];
  if (distribution !== undefined && !known.includes(distribution)) {
    errors.push(notSupported("spec.trafficDistribution", distribution, known));
  }
  return errors;
}

function checkHealthCheck(spec: ServiceSpec): FieldError[] {
  const field = "spec.healthCheckNodePort";
  const port = spec.healthCheckNodePort ?? 0;
  if (needsHealthCheck(spec)) {
    return port === 0 ? [required(field)] : eachInvalid(field, port, portNumberErrors(port));
  }
  if (port === 0) return [];
  const detail =
    "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
  return [invalidValue(field, port, detail)];
}
