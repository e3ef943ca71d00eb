// The containers of Pods and Pod templates, as describe prints them.

import type {
  Container,
  ContainerState,
  ContainerStatus,
  EnvVar,
  Pod,
  Probe,
} from "../../../../api/kinds/pod.ts";
import { longTime, type Sheet } from "./sheet.ts";

/** @param space two blanks inside a Pod template. */
export function describeContainers(
  title: string,
  containers: readonly Container[],
  sheet: Sheet,
  space: string,
  running?: { statuses: readonly ContainerStatus[]; pod: Pod },
): void {
  sheet.line(0, `${space}${title}:${containers.length === 0 ? " <none>" : ""}`);
  for (const container of containers) {
    const status = running?.statuses.find((one) => one.name === container.name);
    basics(container, status, sheet, space);
    list("Command", container.command, sheet);
    list("Args", container.args, sheet);
    if (status) state(status, sheet);
    resources("Limits", container.resources?.limits, sheet);
    resources("Requests", container.resources?.requests, sheet);
    const probes = {
      Liveness: container.livenessProbe,
      Readiness: container.readinessProbe,
      Startup: container.startupProbe,
    };
    for (const [name, probe] of Object.entries(probes)) {
      if (probe) sheet.line(2, `${name}:\t${probeText(probe)}`);
    }
    environment(container, sheet, running?.pod);
    mounts(container, sheet);
  }
}

function basics(
  container: Container,
  status: ContainerStatus | undefined,
  sheet: Sheet,
  space: string,
): void {
  sheet.line(1, `${space === "" ? "" : " "}${container.name}:`);
  if (status) sheet.line(2, `Container ID:\t${status.containerID ?? ""}`);
  sheet.line(2, `Image:\t${container.image ?? ""}`);
  if (status) sheet.line(2, `Image ID:\t${status.imageID}`);
  const ports = container.ports ?? [];
  const plural = ports.length > 1 ? "s" : "";
  const join = (number: (port: (typeof ports)[number]) => number): string =>
    ports.map((port) => `${number(port)}/${port.protocol ?? "TCP"}`).join(", ") || "<none>";
  sheet.line(2, `Port${plural}:\t${join((port) => port.containerPort)}`);
  sheet.line(2, `Host Port${plural}:\t${join((port) => port.hostPort ?? 0)}`);
}

function list(title: string, words: readonly string[] | undefined, sheet: Sheet): void {
  if (!words?.length) return;
  sheet.line(2, `${title}:`);
  for (const word of words) for (const line of word.split("\n")) sheet.line(3, line);
}

function state(status: ContainerStatus, sheet: Sheet): void {
  stateLines("State", status.state ?? {}, sheet);
  if (status.lastState?.terminated) stateLines("Last State", status.lastState, sheet);
  sheet.line(2, `Ready:\t${status.ready ? "True" : "False"}`);
  sheet.line(2, `Restart Count:\t${status.restartCount}`);
}

function stateLines(
  name: string,
  { running, waiting, terminated }: ContainerState,
  sheet: Sheet,
): void {
  if (running) {
    sheet.line(2, `${name}:\tRunning`);
    sheet.line(3, `Started:\t${longTime(running.startedAt)}`);
  } else if (terminated) {
    sheet.line(2, `${name}:\tTerminated`);
    if (terminated.reason) sheet.line(3, `Reason:\t${terminated.reason}`);
    if (terminated.message) sheet.line(3, `Message:\t${terminated.message}`);
    sheet.line(3, `Exit Code:\t${terminated.exitCode}`);
    if (terminated.signal) sheet.line(3, `Signal:\t${terminated.signal}`);
    sheet.line(3, `Started:\t${longTime(terminated.startedAt)}`);
    sheet.line(3, `Finished:\t${longTime(terminated.finishedAt)}`);
  } else {
    sheet.line(2, `${name}:\tWaiting`);
    if (waiting?.reason) sheet.line(3, `Reason:\t${waiting.reason}`);
  }
}

function resources(
  title: string,
  amounts: Readonly<Record<string, string>> | undefined,
  sheet: Sheet,
): void {
  const names = Object.keys(amounts ?? {}).sort();
  if (names.length === 0) return;
  sheet.line(2, `${title}:`);
  for (const name of names) sheet.line(3, `${name}:\t${amounts![name]}`);
}

function probeText(probe: Probe): string {
  const {
    initialDelaySeconds = 0,
    timeoutSeconds = 0,
    periodSeconds = 0,
    successThreshold = 0,
    failureThreshold = 0,
  } = probe;
  const attributes = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s #success=${successThreshold} #failure=${failureThreshold}`;
  const { exec, httpGet, tcpSocket, grpc } = probe;
  if (exec) return `exec [${(exec.command ?? []).join(" ")}] ${attributes}`;
  if (httpGet) {
    const { scheme = "HTTP", host = "", port, path = "" } = httpGet;
    return `http-get ${scheme.toLowerCase()}://${host}:${port}${path} ${attributes}`;
  }
  if (tcpSocket) return `tcp-socket ${tcpSocket.host ?? ""}:${tcpSocket.port} ${attributes}`;
  if (grpc) return `grpc <pod>:${grpc.port} ${grpc.service ?? ""} ${attributes}`;
  return `unknown ${attributes}`;
}

function environment(container: Container, sheet: Sheet, pod: Pod | undefined): void {
  if (container.envFrom?.length) {
    sheet.line(2, "Environment Variables from:");
    for (const { prefix, configMapRef, secretRef } of container.envFrom) {
      const name = configMapRef?.name ?? secretRef?.name ?? "";
      const from = configMapRef ? "ConfigMap" : secretRef ? "Secret" : "";
      const more = prefix ? ` with prefix '${prefix}'` : "";
      sheet.line(3, `${name}\t${from}${more}\tOptional: false`);
    }
  }
  sheet.line(2, `Environment:${container.env?.length ? "" : "\t<none>"}`);
  for (const variable of container.env ?? []) environmentLine(variable, sheet, pod);
}

function environmentLine(
  { name, value = "", valueFrom }: EnvVar,
  sheet: Sheet,
  pod: Pod | undefined,
): void {
  if (valueFrom === undefined) {
    for (const [index, line] of value.split("\n").entries()) {
      sheet.line(3, `${index === 0 ? `${name}:` : ""}\t${line}`);
    }
    return;
  }
  const { fieldRef, secretKeyRef: secret, configMapKeyRef: map } = valueFrom;
  if (fieldRef) {
    const found = pod ? fieldValue(pod, fieldRef.fieldPath) : "";
    sheet.line(3, `${name}:\t${found} (${fieldRef.apiVersion ?? "v1"}:${fieldRef.fieldPath})`);
  } else if (secret) {
    sheet.line(
      3,
      `${name}:\t<set to the key '${secret.key}' in secret '${secret.name}'>\tOptional: ${secret.optional ?? false}`,
    );
  } else if (map) {
    sheet.line(
      3,
      `${name}:\t<set to the key '${map.key}' of config map '${map.name}'>\tOptional: ${map.optional ?? false}`,
    );
  } else if (valueFrom.resourceFieldRef) {
    sheet.line(3, `${name}:\t (${String(valueFrom.resourceFieldRef["resource"])})`);
  }
}

/** The fields of a Pod that a variable may take. */
function fieldValue(pod: Pod, path: string): string {
  const values: Record<string, string | undefined> = {
    "metadata.name": pod.metadata.name,
    "metadata.namespace": pod.metadata.namespace,
    "metadata.uid": pod.metadata.uid,
    "spec.nodeName": pod.spec.nodeName,
    "spec.serviceAccountName": pod.spec.serviceAccountName,
    "status.hostIP": pod.status?.hostIP,
    "status.podIP": pod.status?.podIP,
  };
  const label = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (label) return pod.metadata[label[1] as "labels"]?.[label[2]!] ?? "";
  return values[path] ?? "";
}

function mounts(container: Container, sheet: Sheet): void {
  const all = [...(container.volumeMounts ?? [])].sort((a, b) =>
    a.mountPath < b.mountPath ? -1 : 1,
  );
  sheet.line(2, `Mounts:${all.length === 0 ? "\t<none>" : ""}`);
  for (const { mountPath, name, readOnly, subPath } of all) {
    const flags = [readOnly ? "ro" : "rw", ...(subPath ? [`path="${subPath}"`] : [])];
    sheet.line(3, `${mountPath} from ${name} (${flags.join(",")})`);
  }
}
