// What an Ingress and an IngressClass may say.
// Models kubernetes/pkg/apis/networking/validation/validation.go.

import type { FieldError } from "../errors.ts";
import {
  eachInvalid,
  forbidden,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from "../fielderrors.ts";
import { checkIp, ipWarnings, parseIp } from "../ip.ts";
import { byteLength, checkImmutable, checkMeta, checkMetaUpdate } from "../meta.ts";
import {
  dnsSubdomainErrors,
  httpPathErrors,
  nameIsDns1035Label,
  nameIsLabel,
  nameIsSubdomain,
  pathSegmentErrors,
  portNameErrors,
  portNumberErrors,
  wildcardSubdomainErrors,
} from "../names.ts";
import type { Ingress, IngressBackend, IngressPath, IngressRule, IngressSpec } from "./ingress.ts";
import type { IngressClass } from "./ingressclass.ts";
import type { LoadBalancerStatus } from "./service.ts";

/** What an object that is already stored may go on being wrong in. */
interface Tolerances {
  readonly secretName: boolean;
  readonly wildcardRules: boolean;
  readonly serviceName: boolean;
}

const classAnnotation = "kubernetes.io/ingress.class";

/** What an Ingress is let through with, but warned of, when it is created. */
export function ingressWarnings(ingress: Ingress, old?: Ingress): string[] {
  const status = (ingress.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }, i) =>
    ip && old ? ipWarnings(`status.loadBalancer.ingress[${i}].ip`, ip) : [],
  );
  if (old || ingress.metadata.annotations?.[classAnnotation] === undefined) return status;
  const both = ingress.spec?.ingressClassName !== undefined;
  return [
    both
      ? "ingressClass annotation and IngressClassName should not be set at the same time"
      : `annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`,
  ];
}

export function validateIngress(ingress: Ingress, old?: Ingress): FieldError[] {
  const tolerances = old ? tolerancesOf(old) : strict;
  const errors = [
    ...(old ? checkMetaUpdate(ingress.metadata, old.metadata) : []),
    ...checkMeta(ingress.metadata, { namespaced: true, name: nameIsSubdomain }),
    ...checkSpec(ingress.spec ?? {}, tolerances),
  ];
  const annotated = ingress.metadata.annotations?.[classAnnotation];
  const named = ingress.spec?.ingressClassName;
  if (!old && annotated !== undefined && named !== undefined && annotated !== named) {
    const detail = "must match `ingressClassName` when both are specified";
    errors.push(invalidValue(`annotations.${classAnnotation}`, annotated, detail));
  }
  return errors;
}

const strict: Tolerances = { secretName: false, wildcardRules: false, serviceName: false };

function tolerancesOf({ spec }: Ingress): Tolerances {
  const rules = spec?.rules ?? [];
  const backends = rules.flatMap((rule) => (rule.http?.paths ?? []).map((path) => path.backend));
  return {
    secretName: (spec?.tls ?? []).some(({ secretName }) => secretNameErrors(secretName).length > 0),
    wildcardRules: rules.some(
      (rule) => rule.host?.includes("*") && checkHttp("", rule.http, strict).length > 0,
    ),
    serviceName: [spec?.defaultBackend, ...backends].some((backend) => {
      const name = backend?.service?.name ?? "";
      return nameIsLabel(name, false).length === 0 && nameIsDns1035Label(name, false).length > 0;
    }),
  };
}

function secretNameErrors(name = ""): string[] {
  return name === "" ? [] : nameIsSubdomain(name, false);
}

function checkSpec(spec: IngressSpec, tolerances: Tolerances): FieldError[] {
  const { rules = [], tls = [], defaultBackend, ingressClassName } = spec;
  const errors: FieldError[] = [];
  if (rules.length === 0 && !defaultBackend) {
    const detail = "either `defaultBackend` or `rules` must be specified";
    errors.push(invalidValue("spec", spec.rules ?? null, detail));
  }
  if (defaultBackend) {
    errors.push(...checkBackend("spec.defaultBackend", defaultBackend, tolerances));
  }
  rules.forEach((rule, i) => errors.push(...checkRule(`spec.rules[${i}]`, rule, tolerances)));
  tls.forEach(({ hosts = [], secretName }, i) => {
    hosts.forEach((host, j) => {
      errors.push(...eachInvalid(`spec.tls[${i}].hosts[${j}]`, host, hostErrors(host)));
    });
    if (!tolerances.secretName) {
      const wrong = secretNameErrors(secretName);
      errors.push(...eachInvalid(`spec.tls[${i}].secretName`, secretName, wrong));
    }
  });
  if (ingressClassName !== undefined) {
    const wrong = nameIsSubdomain(ingressClassName, false);
    errors.push(...eachInvalid("spec.ingressClassName", ingressClassName, wrong));
  }
  return errors;
}

function hostErrors(host: string): string[] {
  return host.includes("*") ? wildcardSubdomainErrors(host) : dnsSubdomainErrors(host);
}

function checkRule(field: string, { host = "", http }: IngressRule, t: Tolerances): FieldError[] {
  const errors: FieldError[] = [];
  if (host !== "") {
    if (parseIp(host)) {
      errors.push(invalidValue(`${field}.host`, host, "must be a DNS name, not an IP address"));
    }
    errors.push(...eachInvalid(`${field}.host`, host, hostErrors(host)));
  }
  if (host.includes("*") && t.wildcardRules) return errors;
  return [...errors, ...checkHttp(field, http, t)];
}

function checkHttp(field: string, http: IngressRule["http"], t: Tolerances): FieldError[] {
  if (!http) return [];
  const { paths = [] } = http as Partial<typeof http>;
  if (paths.length === 0) return [required(`${field}.http.paths`)];
  return paths.flatMap((path, i) => checkPath(`${field}.http.paths[${i}]`, path, t));
}

const forbiddenSequences = ["//", "/./", "/../", "%2f", "%2F"];
const forbiddenEnds = ["/..", "/."];

function checkPath(field: string, given: Partial<IngressPath>, t: Tolerances): FieldError[] {
  const { pathType, path = "", backend = {} } = given;
  if (pathType === undefined) {
    return [required(`${field}.pathType`, "pathType must be specified")];
  }
  const errors: FieldError[] = [];
  const bad = (detail: string): void =>
    void errors.push(invalidValue(`${field}.path`, path, detail));
  switch (pathType) {
    case "Exact":
    case "Prefix":
      if (!path.startsWith("/")) bad("must be an absolute path");
      for (const one of forbiddenSequences)
        if (path.includes(one)) bad(`must not contain '${one}'`);
      for (const one of forbiddenEnds) if (path.endsWith(one)) bad(`cannot end with '${one}'`);
      break;
    case "ImplementationSpecific":
      if (path !== "" && !path.startsWith("/")) bad("must be an absolute path");
      break;
    default: {
      const supported = ["Exact", "ImplementationSpecific", "Prefix"];
      errors.push(notSupported(`${field}.pathType`, pathType, supported));
    }
  }
  return [...errors, ...checkBackend(`${field}.backend`, backend, t)];
}

function checkBackend(field: string, backend: IngressBackend, t: Tolerances): FieldError[] {
  const { resource, service } = backend;
  if (resource && service) {
    return [invalidValue(field, "", "cannot set both resource and service backends")];
  }
  if (resource) return checkReference(`${field}.resource`, resource);
  if (!service) return [invalidValue(field, "", "resource or service backend is required")];
  const { name = "", port = {} } = service as Partial<typeof service>;
  const errors: FieldError[] = [];
  if (name === "") errors.push(required(`${field}.service.name`));
  else {
    const rule = t.serviceName ? nameIsLabel : nameIsDns1035Label;
    errors.push(...eachInvalid(`${field}.service.name`, name, rule(name, false)));
  }
  const at = `${field}.service.port`;
  if (port.name && port.number) {
    errors.push(invalidValue(field, "", "cannot set both port name & port number"));
  } else if (port.name) {
    errors.push(...eachInvalid(`${at}.name`, port.name, portNameErrors(port.name)));
  } else if (port.number) {
    errors.push(...eachInvalid(`${at}.number`, port.number, portNumberErrors(port.number)));
  } else errors.push(required(field, "port name or number is required"));
  return errors;
}

/** A reference to another object by group, kind and name. */
function checkReference(
  field: string,
  reference: { apiGroup?: string; kind?: string; name?: string },
): FieldError[] {
  const { apiGroup, kind = "", name = "" } = reference;
  const errors: FieldError[] = [];
  if (apiGroup !== undefined) {
    errors.push(...eachInvalid(`${field}.apiGroup`, apiGroup, dnsSubdomainErrors(apiGroup)));
  }
  if (kind === "") errors.push(required(`${field}.kind`, "kind is required"));
  else errors.push(...eachInvalid(`${field}.kind`, kind, pathSegmentErrors(kind)));
  if (name === "") errors.push(required(`${field}.name`, "name is required"));
  else errors.push(...eachInvalid(`${field}.name`, name, pathSegmentErrors(name)));
  return errors;
}

/** What may stand in an Ingress' status. */
export function validateIngressStatus(ingress: Ingress, old: Ingress): FieldError[] {
  return [
    ...checkMetaUpdate(ingress.metadata, old.metadata),
    ...checkAddresses("status.loadBalancer", ingress.status?.loadBalancer),
  ];
}

/** The addresses of a load balancer. Shared by Ingress and Service. */
export function checkAddresses(
  field: string,
  status: LoadBalancerStatus | undefined,
): FieldError[] {
  return (status?.ingress ?? []).flatMap(({ ip = "", hostname = "" }, i) => {
    const at = `${field}.ingress[${i}]`;
    const errors = ip === "" ? [] : checkIp(`${at}.ip`, ip);
    if (hostname === "") return errors;
    errors.push(...eachInvalid(`${at}.hostname`, hostname, dnsSubdomainErrors(hostname)));
    if (parseIp(hostname)) {
      const detail = "must be a DNS name, not an IP address";
      errors.push(invalidValue(`${at}.hostname`, hostname, detail));
    }
    return errors;
  });
}

const controllerBytesMax = 250;

export function validateIngressClass(it: IngressClass, old?: IngressClass): FieldError[] {
  const { controller = "", parameters } = it.spec ?? {};
  const before = old?.spec?.controller ?? "";
  return [
    ...(old ? checkMetaUpdate(it.metadata, old.metadata) : []),
    ...(old ? checkImmutable("spec.controller", controller, before) : []),
    ...checkMeta(it.metadata, { namespaced: false, name: nameIsSubdomain }),
    ...checkController("spec.controller", controller),
    ...(parameters ? checkParameters("spec.parameters", parameters) : []),
  ];
}

/** "example.com/ingress-controller" */
function checkController(field: string, controller: string): FieldError[] {
  if (controller === "") return [required(field)];
  const errors =
    byteLength(controller) > controllerBytesMax ? [tooLong(field, controllerBytesMax)] : [];
  const slash = controller.indexOf("/");
  const [host, path] = [controller.slice(0, slash), controller.slice(slash + 1)];
  if (slash <= 0 || path === "") {
    const detail = 'must be a domain-prefixed path (such as "acme.io/foo")';
    return [...errors, invalidValue(field, controller, detail)];
  }
  errors.push(...eachInvalid(field, host, dnsSubdomainErrors(host)));
  errors.push(...eachInvalid(field, path, httpPathErrors(path)));
  return errors;
}

type Parameters = NonNullable<NonNullable<IngressClass["spec"]>["parameters"]>;

function checkParameters(field: string, parameters: Parameters): FieldError[] {
  const errors = checkReference(field, parameters);
  const { scope, namespace } = parameters;
  if (scope === undefined) return [...errors, required(`${field}.scope`)];
  if (scope !== "Cluster" && scope !== "Namespace") {
    return [...errors, notSupported(`${field}.scope`, scope, ["Cluster", "Namespace"])];
  }
  if (scope === "Namespace" && namespace === undefined) {
    errors.push(required(`${field}.namespace`, "`parameters.scope` is set to 'Namespace'"));
  } else if (scope === "Namespace") {
    errors.push(...eachInvalid(`${field}.namespace`, namespace, nameIsLabel(namespace!, false)));
  } else if (namespace !== undefined) {
    errors.push(forbidden(`${field}.namespace`, "`parameters.scope` is set to 'Cluster'"));
  }
  return errors;
}
