// kubectl describe ingress, ingressclass. Models kubectl pkg/describe IngressDescriber.

import { ApiError } from "../../../../api/errors.ts";
import type { Ingress, IngressBackend } from "../../../../api/kinds/ingress.ts";
import type { IngressClass } from "../../../../api/kinds/ingressclass.ts";
import type { Service } from "../../../../api/kinds/service.ts";
import type { Kubectl } from "../verb.ts";
import { describeEvents, type Describer } from "./describer.ts";
import { formatEndpoints, slicesOf } from "./service.ts";

export const describeIngress: Describer<Ingress> = async (ingress, describing) => {
  const { kubectl, sheet } = describing;
  const { metadata, spec, status } = ingress;
  const namespace = metadata.namespace ?? "";
  const backend = (one: IngressBackend): Promise<string> =>
    describeBackend(kubectl, namespace, one);
  sheet.line(0, `Name:\t${metadata.name}`);
  sheet.labels("Labels", metadata.labels);
  sheet.line(0, `Namespace:\t${namespace}`);
  const entrances = status?.loadBalancer?.ingress ?? [];
  const addresses = new Set(
    entrances.map((one) => one.ip || one.hostname || "").filter((one) => one !== ""),
  );
  sheet.line(0, `Address:\t${[...addresses].sort().join(",")}`);
  sheet.line(0, `Ingress Class:\t${spec?.ingressClassName ?? "<none>"}`);
  const fallback = spec?.defaultBackend ? await backend(spec.defaultBackend) : "<default>";
  sheet.line(0, `Default backend:\t${fallback}`);
  if (spec?.tls?.length) {
    sheet.line(0, "TLS:");
    for (const { secretName, hosts = [] } of spec.tls) {
      sheet.line(
        1,
        secretName
          ? `${secretName} terminates ${hosts.join(",")}`
          : `SNI routes ${hosts.join(",")}`,
      );
    }
  }
  sheet.line(0, "Rules:");
  sheet.line(1, "Host\tPath\tBackends");
  sheet.line(1, "----\t----\t--------");
  const rules = (spec?.rules ?? []).filter((rule) => rule.http);
  for (const { host, http } of rules) {
    sheet.line(1, `${host || "*"}\t`);
    for (const path of http!.paths)
      sheet.line(2, `\t${path.path ?? ""} \t${await backend(path.backend)}`);
  }
  if (rules.length === 0) sheet.line(1, `*\t*\t${fallback}`);
  sheet.annotations("Annotations", metadata.annotations);
  await describeEvents(ingress, describing);
};

async function describeBackend(
  kubectl: Kubectl,
  namespace: string,
  backend: IngressBackend,
): Promise<string> {
  const { service, resource } = backend;
  if (service) {
    const named = `${service.name}:${service.port?.number || (service.port?.name ?? "")}`;
    try {
      const slices = await slicesOf(kubectl, namespace, service.name);
      const services = await kubectl.discovery.find("services");
      const found = (await kubectl.api.get(services, namespace, service.name)) as Service;
      // An unknown port leaves the name empty, which finds the endpoints of an unnamed port.
      const port = (found.spec.ports ?? []).findLast(({ port, name }) =>
        service.port?.number
          ? service.port.number === port
          : service.port?.name && service.port.name === name,
      );
      return `${named} (${formatEndpoints(slices, port?.name ?? "")})`;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return `${named} (<error: ${error.message}>)`;
    }
  }
  if (resource) {
    return `APIGroup: ${resource.apiGroup ?? "<none>"}, Kind: ${resource.kind}, Name: ${resource.name}`;
  }
  return "";
}

export const describeIngressClass: Describer<IngressClass> = async (ingressClass, describing) => {
  const { sheet } = describing;
  const { metadata, spec } = ingressClass;
  sheet.line(0, `Name:\t${metadata.name}`);
  sheet.labels("Labels", metadata.labels);
  sheet.annotations("Annotations", metadata.annotations);
  sheet.line(0, `Controller:\t${spec?.controller ?? ""}`);
  if (spec?.parameters) {
    const { apiGroup, kind, name } = spec.parameters;
    sheet.line(0, "Parameters:");
    if (apiGroup !== undefined) sheet.line(1, `APIGroup:\t${apiGroup}`);
    sheet.line(1, `Kind:\t${kind}`);
    sheet.line(1, `Name:\t${name}`);
  }
  await describeEvents(ingressClass, describing);
};
