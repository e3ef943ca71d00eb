// The format of ingress-routing case files: objects, requests, and what must come of them.
//
//   { "format": "ingress-routing/1", "cases": [ { "id", "profile", "objects", "requests" … } ] }

import { base64, utf8 } from "../../base/bytes.ts";
import type { Obj } from "../../api/object.ts";

export interface CaseFile {
  readonly format: string;
  readonly cases: readonly Case[];
}

export interface Case {
  readonly id: string;
  readonly feature: string;
  readonly title: string;
  readonly profile: "generic" | "ingress-nginx";
  readonly controller?: ControllerSetup;
  readonly objects: readonly Obj[];
  /** Ready endpoints of a Service, by "namespace/name"; 1 when it is not here. */
  readonly endpoints?: Readonly<Record<string, number>>;
  /** What a Service's endpoints answer, the first rule that holds. */
  readonly backends?: Readonly<Record<string, readonly BackendRule[]>>;
  /** PEM texts by the name that requests use. */
  readonly clientCertificates?: Readonly<Record<string, { cert: string; key: string }>>;
  readonly requests: readonly RequestCase[];
  readonly then?: readonly Phase[];
  readonly logs?: readonly LogExpectation[];
  readonly ingressStatus?: Readonly<Record<string, { readonly hasAddress: boolean }>>;
}

interface LogExpectation {
  readonly contains?: string;
  readonly notContains?: string;
  readonly where?: string;
}

export interface ControllerSetup {
  readonly flags?: readonly string[];
  readonly configMap?: Readonly<Record<string, string>>;
  readonly admissionWebhook?: boolean;
  readonly rbac?: { readonly ingressClasses?: "denied" };
}

export interface BackendRule {
  readonly when: {
    readonly pathPrefix?: string;
    readonly query?: Readonly<Record<string, string>>;
    readonly basicAuth?: readonly [string, string];
  };
  readonly respond: {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly delaySeconds?: number;
  };
}

/** A later step: changes, then requests. */
export interface Phase {
  readonly apply?: readonly Obj[];
  readonly applyExpect?: "accepted" | "rejected";
  readonly kubectlApplyOutput?: string;
  readonly delete?: readonly {
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
  }[];
  readonly endpoints?: Readonly<Record<string, number>>;
  /** Whether the change makes nginx reload. */
  readonly reload?: boolean;
  readonly requests?: readonly RequestCase[];
}

export interface RequestCase {
  readonly request: RequestOf;
  readonly repeat?: number;
  readonly concurrent?: number;
  readonly capture?: { readonly cookie: string };
  readonly expect: Expectation;
}

export interface RequestOf {
  readonly method: string;
  readonly scheme: "http" | "https";
  /** null: the controller's own address. */
  readonly host: string | null;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly basicAuth?: readonly [string, string];
  readonly clientIP?: string;
  readonly sni?: string | null;
  readonly clientCertificate?: string;
  readonly followRedirects?: boolean;
  readonly body?: string;
}

export interface FieldExpectation {
  readonly equals?: string;
  readonly notEquals?: string;
  readonly contains?: readonly string[];
  readonly notContains?: readonly string[];
  readonly present?: boolean;
  readonly absent?: boolean;
  readonly count?: number;
  readonly expiresInSeconds?: number;
}

/** Of the certificate that the controller shows. */
export interface TlsExpectation {
  readonly chainLength?: number;
  readonly leafCommonName?: string;
  readonly leafOrganization?: string;
  readonly leafDnsNames0?: string;
  readonly issuerCommonName?: string;
  readonly verifyHostname?: string;
  /** "TLSv1.2" */
  readonly version?: string;
  /** OpenSSL's name or the registry's. */
  readonly cipherSuite?: string;
}

export interface Expectation {
  readonly status?: number;
  readonly statusClass?: string | number;
  readonly statusCounts?: Readonly<Record<string, number>>;
  readonly backend?: {
    readonly service: string;
    readonly port?: number | string;
    readonly namespace?: string;
  } | null;
  readonly responseProto?: string;
  readonly responseHeaders?: Readonly<Record<string, FieldExpectation>>;
  readonly upstreamRequest?: {
    readonly method?: string;
    readonly path?: string;
    readonly host?: string;
    readonly proto?: string;
    readonly headers?: Readonly<Record<string, FieldExpectation>>;
  };
  readonly upstreamScheme?: string;
  readonly upstreamAddress?: { readonly equals?: string; readonly notEquals?: string };
  readonly tls?: TlsExpectation;
  readonly bodyContains?: readonly string[];
  readonly bodyNotContains?: readonly string[];
  readonly bodyEmpty?: boolean;
  readonly distribution?: { readonly minShare: Readonly<Record<string, number>> };
  readonly perEndpoint?: { readonly count: number };
  readonly distinctEndpoints?: number;
  /** The endpoint that answered when this cookie was captured; true: any cookie. */
  readonly sameEndpointAsCaptured?: string | true;
}

/** The file's content with its PEM blocks and base64 spelled out. */
export function expandCases(value: unknown): CaseFile {
  return expand(value) as CaseFile;
}

function expand(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expand);
  if (typeof value !== "object" || value === null) return value;
  const map = value as Record<string, unknown>;
  if (typeof map.$pem === "string") return pemBlock(map.$pem, String(map.der));
  if ("$base64" in map) return base64(utf8(String(expand(map.$base64))));
  return Object.fromEntries(Object.entries(map).map(([key, one]) => [key, expand(one)]));
}

/** 64 characters a line between the marks. */
function pemBlock(label: string, der: string): string {
  const lines = der.match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
