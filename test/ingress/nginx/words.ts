// Short words for cases about ingress-nginx: objects, requests and expectations in the format of
// src/cluster/cases/format.ts.

import type {
  Case,
  Expectation,
  RequestCase,
  RequestOf,
} from "../../../src/cluster/cases/format.ts";
import type { Ingress } from "../../../src/api/kinds/ingress.ts";
import type { Obj } from "../../../src/api/object.ts";

export const prefix = "nginx.ingress.kubernetes.io/";

export const ingressClass: Obj = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: "nginx" },
  spec: { controller: "k8s.io/ingress-nginx" },
} as Obj;

export function service(name: string, spec: object = {}): Obj {
  const ports = [{ name: "http", port: 80, protocol: "TCP", targetPort: 80 }];
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "e2e" },
    spec: { selector: { app: name }, ports, ...spec },
  } as Obj;
}

export function data(
  kind: "ConfigMap" | "Secret",
  name: string,
  values: Record<string, string>,
): Obj {
  const spelled = kind === "Secret" ? { stringData: values } : { data: values };
  return { apiVersion: "v1", kind, metadata: { name, namespace: "e2e" }, ...spelled } as Obj;
}

export interface Writing {
  /** Without prefix. */
  readonly annotations?: Record<string, string>;
  readonly paths?: readonly string[];
  readonly pathType?: string;
  readonly backend?: string;
  readonly tls?: string;
  readonly spec?: object;
}

/** An Ingress of class nginx in namespace e2e, for Service echo. */
export function ingress(name: string, host: string, writing: Writing = {}): Ingress {
  const { annotations = {}, paths = ["/"], pathType = "Prefix", backend = "echo" } = writing;
  const to = { service: { name: backend, port: { number: 80 } } };
  const http = { paths: paths.map((path) => ({ path, pathType, backend: to })) };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name,
      namespace: "e2e",
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([key, value]) => [prefix + key, value]),
      ),
    },
    spec: {
      ingressClassName: "nginx",
      rules: [{ ...(host !== "" && { host }), http }],
      ...(writing.tls !== undefined && { tls: [{ hosts: [host], secretName: writing.tls }] }),
      ...writing.spec,
    },
  } as Ingress;
}

export function get(
  url: string,
  expect: Expectation,
  more: Partial<RequestOf> & Pick<Partial<RequestCase>, "repeat" | "concurrent"> = {},
): RequestCase {
  const { repeat, concurrent, ...rest } = more;
  const { protocol, hostname, pathname, search } = new URL(url);
  const request: RequestOf = {
    method: "GET",
    scheme: protocol === "https:" ? "https" : "http",
    host: hostname,
    path: url.slice(url.indexOf(hostname) + hostname.length) || pathname + search,
    ...rest,
  };
  return { request, expect, ...(repeat && { repeat }), ...(concurrent && { concurrent }) };
}

export type Row = Omit<Partial<Case>, "objects" | "requests"> & {
  readonly title: string;
  readonly objects: readonly Obj[];
  readonly requests?: readonly RequestCase[];
};

/** The case that a row is short for: the class and Services echo and other are there. */
export function caseOf(row: Row): Case {
  return {
    id: row.title,
    feature: "more",
    profile: "ingress-nginx",
    requests: [],
    ...row,
    objects: [ingressClass, service("echo"), service("other"), ...row.objects],
  };
}
