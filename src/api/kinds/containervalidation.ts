// What the containers of a Pod may say. Models validateContainers, validateProbe and their
// neighbours in kubernetes/pkg/apis/core/validation/validation.go.

import type { FieldError } from "../errors.ts";
import {
  duplicate,
  eachInvalid,
  forbidden,
  invalidValue,
  nonNegative,
  notFound,
  notSupported,
  oneOf,
  required,
} from "../fielderrors.ts";
import {
  configKeyErrors,
  dnsLabelErrors,
  envNameErrors,
  httpHeaderNameErrors,
  nameIsSubdomain,
  portNameErrors,
  portNumberErrors,
} from "../names.ts";
import { compareQuantities } from "../quantity.ts";
import type { Container, ContainerPort, EnvVar, PodSpec, Probe } from "./pod.ts";
import { checkPortReference } from "./servicevalidation.ts";

/** @param volumes the names of the Pod's volumes */
export function checkContainers(
  field: string,
  { containers = [] }: Partial<PodSpec>,
  volumes: ReadonlySet<string>,
): FieldError[] {
  if (containers.length === 0) return [required(field)];
  const names = new Set<string>();
  const errors = containers.flatMap((container, i) => {
    const at = `${field}[${i}]`;
    const { name = "" } = container as Partial<Container>;
    const repeated = names.has(name) ? [duplicate(`${at}.name`, name)] : [];
    names.add(name);
    return [
      ...checkContainer(at, container, volumes),
      ...repeated,
      ...checkLifecycle(`${at}.lifecycle`, container.lifecycle),
      ...checkProbes(at, container),
    ];
  });
  return [...errors, ...checkHostPorts(field, containers)];
}

const notInitial = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const;

export function checkInitContainers(
  field: string,
  { initContainers = [], containers = [] }: Partial<PodSpec>,
  volumes: ReadonlySet<string>,
): FieldError[] {
  const names = new Set(containers.map(({ name }) => name));
  return initContainers.flatMap((container, i) => {
    const at = `${field}[${i}]`;
    const sidecar = (container as { restartPolicy?: string }).restartPolicy === "Always";
    const errors = checkContainer(at, container, volumes);
    if (names.has(container.name)) errors.push(duplicate(`${at}.name`, container.name));
    else names.add(container.name);
    errors.push(...checkHostPorts(field, [container]));
    if (sidecar) return [...errors, ...checkProbes(at, container)];
    const detail = "may not be set for init containers without restartPolicy=Always";
    const unfit = notInitial.filter((name) => container[name] !== undefined);
    return [...errors, ...unfit.map((name) => forbidden(`${at}.${name}`, detail))];
  });
}

function checkContainer(
  field: string,
  container: Partial<Container>,
  volumes: ReadonlySet<string>,
): FieldError[] {
  const { name = "", image = "" } = container;
  const messagePolicies = ["File", "FallbackToLogsOnError"];
  return [
    ...(name === ""
      ? [required(`${field}.name`)]
      : eachInvalid(`${field}.name`, name, dnsLabelErrors(name))),
    ...(image === "" ? [required(`${field}.image`)] : []),
    ...oneOf(
      `${field}.terminationMessagePolicy`,
      container.terminationMessagePolicy,
      messagePolicies,
    ),
    ...checkPorts(`${field}.ports`, container.ports ?? []),
    ...checkEnv(`${field}.env`, container.env ?? []),
    ...checkEnvFrom(`${field}.envFrom`, container.envFrom ?? []),
    ...checkMounts(`${field}.volumeMounts`, container.volumeMounts ?? [], volumes),
    ...oneOf(`${field}.imagePullPolicy`, container.imagePullPolicy, pullPolicies),
    ...checkResources(`${field}.resources`, container.resources ?? {}),
  ];
}

const pullPolicies = ["Always", "IfNotPresent", "Never"];

function checkPorts(field: string, ports: readonly ContainerPort[]): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, i) => {
    const at = `${field}[${i}]`;
    const { name = "", containerPort = 0, hostPort = 0, protocol } = port as Partial<ContainerPort>;
    const errors: FieldError[] = [];
    if (name !== "") {
      const wrong = portNameErrors(name);
      errors.push(...eachInvalid(`${at}.name`, name, wrong));
      if (wrong.length === 0 && names.has(name)) errors.push(duplicate(`${at}.name`, name));
      names.add(name);
    }
    if (containerPort === 0) errors.push(required(`${at}.containerPort`));
    else {
      const wrong = portNumberErrors(containerPort);
      errors.push(...eachInvalid(`${at}.containerPort`, containerPort, wrong));
    }
    if (hostPort !== 0) {
      errors.push(...eachInvalid(`${at}.hostPort`, hostPort, portNumberErrors(hostPort)));
    }
    return [...errors, ...oneOf(`${at}.protocol`, protocol, ["SCTP", "TCP", "UDP"])];
  });
}

function checkHostPorts(field: string, containers: readonly Container[]): FieldError[] {
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  containers.forEach(({ ports = [] }, i) =>
    ports.forEach(({ protocol = "", hostIP = "", hostPort }, j) => {
      if (!hostPort) return;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (seen.has(key)) errors.push(duplicate(`${field}[${i}].ports[${j}].hostPort`, key));
      seen.add(key);
    }),
  );
  return errors;
}

function checkEnv(field: string, env: readonly EnvVar[]): FieldError[] {
  return env.flatMap(({ name = "", value = "", valueFrom }, i) => {
    const at = `${field}[${i}]`;
    const errors =
      name === "" ? [required(`${at}.name`)] : eachInvalid(`${at}.name`, name, envNameErrors(name));
    return valueFrom ? [...errors, ...checkSource(`${at}.valueFrom`, valueFrom, value)] : errors;
  });
}

function checkSource(
  field: string,
  source: NonNullable<EnvVar["valueFrom"]>,
  value: string,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const name of ["configMapKeyRef", "secretKeyRef"] as const) {
    const reference = source[name];
    if (!reference) continue;
    const { name: object = "", key = "" } = reference as Partial<typeof reference>;
    const at = `${field}.${name}`;
    errors.push(...eachInvalid(`${at}.name`, object, nameIsSubdomain(object, false)));
    if (key === "") errors.push(required(`${at}.key`));
    else errors.push(...eachInvalid(`${at}.key`, key, configKeyErrors(key)));
  }
  if (source.fieldRef && !source.fieldRef.fieldPath) {
    errors.push(required(`${field}.fieldRef.fieldPath`));
  }
  const sources = Object.keys(source).length;
  if (sources === 0) {
    const detail =
      "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`";
    errors.push(invalidValue(field, "", detail));
  } else if (value !== "") {
    errors.push(invalidValue(field, "", "may not be specified when `value` is not empty"));
  } else if (sources > 1) {
    errors.push(invalidValue(field, "", "may not have more than one field specified at a time"));
  }
  return errors;
}

function checkEnvFrom(
  field: string,
  all: readonly NonNullable<Container["envFrom"]>[number][],
): FieldError[] {
  return all.flatMap(({ configMapRef, secretRef }, i) => {
    const at = `${field}[${i}]`;
    const errors: FieldError[] = [];
    for (const [kind, reference] of Object.entries({ configMapRef, secretRef })) {
      if (!reference) continue;
      const { name = "" } = reference;
      errors.push(...eachInvalid(`${at}.${kind}.name`, name, nameIsSubdomain(name, false)));
    }
    if (configMapRef && secretRef) {
      errors.push(invalidValue(at, "", "may not have more than one field specified at a time"));
    } else if (!configMapRef && !secretRef) {
      errors.push(invalidValue(at, "", "must specify one of: `configMapRef` or `secretRef`"));
    }
    return errors;
  });
}

function checkMounts(
  field: string,
  mounts: NonNullable<Container["volumeMounts"]>,
  volumes: ReadonlySet<string>,
): FieldError[] {
  const paths = new Set<string>();
  return mounts.flatMap((mount, i) => {
    const at = `${field}[${i}]`;
    const { name = "", mountPath = "" } = mount as Partial<typeof mount>;
    const errors: FieldError[] = [];
    if (name === "") errors.push(required(`${at}.name`));
    if (!volumes.has(name)) errors.push(notFound(`${at}.name`, name));
    if (mountPath === "") errors.push(required(`${at}.mountPath`));
    if (paths.has(mountPath)) {
      errors.push(invalidValue(`${at}.mountPath`, mountPath, "must be unique"));
    }
    paths.add(mountPath);
    return errors;
  });
}

function checkResources(
  field: string,
  { limits = {}, requests = {} }: NonNullable<Container["resources"]>,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [kind, list] of Object.entries({ limits, requests })) {
    for (const [name, amount] of Object.entries(list)) {
      if (compareQuantities(amount, "0") < 0) {
        const detail = "must be greater than or equal to 0";
        errors.push(invalidValue(`${field}.${kind}[${name}]`, amount, detail));
      }
      const limit = limits[name];
      if (kind === "limits" || limit === undefined) continue;
      if (compareQuantities(amount, limit) > 0) {
        const detail = `must be less than or equal to ${name} limit of ${limit}`;
        errors.push(invalidValue(`${field}.requests`, amount, detail));
      }
    }
  }
  return errors;
}

function checkProbes(field: string, container: Container): FieldError[] {
  const { livenessProbe, readinessProbe, startupProbe } = container;
  const errors: FieldError[] = [];
  for (const [name, probe] of Object.entries({ livenessProbe, readinessProbe, startupProbe })) {
    if (!probe) continue;
    const at = `${field}.${name}`;
    errors.push(...checkProbe(at, probe));
    if (name !== "readinessProbe" && probe.successThreshold !== 1) {
      errors.push(invalidValue(`${at}.successThreshold`, probe.successThreshold ?? 0, "must be 1"));
    }
    if (name === "readinessProbe" && probe.terminationGracePeriodSeconds !== undefined) {
      const detail = "must not be set for readinessProbes";
      const seconds = probe.terminationGracePeriodSeconds;
      errors.push(invalidValue(`${at}.terminationGracePeriodSeconds`, seconds, detail));
    }
  }
  return errors;
}

const counts = [
  "initialDelaySeconds",
  "timeoutSeconds",
  "periodSeconds",
  "successThreshold",
  "failureThreshold",
] as const;

function checkProbe(field: string, probe: Probe): FieldError[] {
  const errors = checkHandler(field, probe);
  for (const name of counts) errors.push(...nonNegative(`${field}.${name}`, probe[name]));
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) {
    const detail = "must be greater than 0";
    errors.push(invalidValue(`${field}.terminationGracePeriodSeconds`, grace, detail));
  }
  return errors;
}

type Handler = Pick<Probe, "exec" | "httpGet" | "tcpSocket" | "grpc"> & { sleep?: object };

function checkHandler(field: string, handler: Handler): FieldError[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const errors: FieldError[] = [];
  let first = true;
  const use = (name: string, given: object | undefined, check: () => FieldError[]): void => {
    if (!given) return;
    if (first) errors.push(...check());
    else errors.push(forbidden(`${field}.${name}`, "may not specify more than 1 handler type"));
    first = false;
  };
  use("exec", exec, () => (exec!.command?.length ? [] : [required(`${field}.exec.command`)]));
  use("httpGet", httpGet, () => checkHttpGet(`${field}.httpGet`, httpGet!));
  use("tcpSocket", tcpSocket, () => checkPortReference(`${field}.tcpSocket.port`, tcpSocket!.port));
  use("grpc", grpc, () => checkPortReference(`${field}.grpc.port`, grpc!.port));
  use("sleep", sleep, () => []);
  return first ? [required(field, "must specify a handler type")] : errors;
}

function checkHttpGet(field: string, action: NonNullable<Probe["httpGet"]>): FieldError[] {
  const { path = "", scheme = "", httpHeaders = [] } = action;
  return [
    ...(path === "" ? [required(`${field}.path`)] : []),
    ...checkPortReference(`${field}.port`, action.port),
    ...(scheme === "HTTP" || scheme === "HTTPS"
      ? []
      : [notSupported(`${field}.scheme`, scheme, ["HTTP", "HTTPS"])]),
    ...httpHeaders.flatMap(({ name = "" }) =>
      eachInvalid(`${field}.httpHeaders`, name, httpHeaderNameErrors(name)),
    ),
  ];
}

function checkLifecycle(field: string, lifecycle: Record<string, unknown> = {}): FieldError[] {
  return ["postStart", "preStop"].flatMap((when) => {
    const handler = lifecycle[when];
    return handler ? checkHandler(`${field}.${when}`, handler as Handler) : [];
  });
}
