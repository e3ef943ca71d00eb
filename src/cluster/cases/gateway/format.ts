// The format of gateway-api case files: groups of objects, and cases that apply some of them, then
// look at statuses and send requests.
//
//   { "format": "gateway-api/1", "manifests": { GROUP: [OBJECT] }, "cases": [ … ] }

import type { Obj } from "../../../api/object.ts";

export interface GatewayCaseFile {
  readonly manifests: Readonly<Record<string, readonly Obj[]>>;
  readonly controllerName?: string;
  readonly cases: readonly GatewayCase[];
}

export interface GatewayCase {
  readonly id: string;
  readonly feature?: string;
  readonly features?: readonly string[];
  readonly title: string;
  readonly manifests: readonly string[];
  readonly onlyIfUnsupported?: readonly string[];
  readonly setup?: {
    readonly fillEndpointSlices?: {
      readonly slices: readonly string[];
      /** "Deployment namespace/name" */
      readonly fromPodsOf: string;
    };
  };
  readonly environment?: unknown;
  readonly generatedObjects?: GeneratedObjects;
  readonly status?: readonly StatusExpectation[];
  readonly requests?: readonly RequestCase[];
  readonly then?: readonly Phase[];
}

export interface GeneratedObjects {
  readonly namespace: string;
  readonly labelSelector: string;
  readonly atLeastOneOf: readonly string[];
  readonly firstOfEachKindFound: {
    readonly labelsInclude: Readonly<Record<string, string>>;
    readonly annotationsInclude: Readonly<Record<string, string>>;
  };
}

export interface Phase {
  readonly changes?: readonly Change[];
  readonly generationChanged?: readonly string[];
  readonly status?: readonly StatusExpectation[];
  readonly requests?: readonly RequestCase[];
}

/** An object by its address. */
interface Place {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export interface Change {
  readonly apply?: Obj;
  readonly delete?: Place;
  readonly mergePatch?: Place & { readonly patch: unknown };
  readonly jsonPatch?: Place & { readonly patch: unknown };
  readonly waitSeconds?: number;
}

export interface WantedCondition {
  readonly type: string;
  readonly status?: string;
  readonly reason?: string;
}

export interface WantedListener {
  readonly name: string;
  readonly supportedKinds?: readonly { readonly group?: string; readonly kind: string }[];
  readonly attachedRoutes?: number;
  readonly conditions?: readonly WantedCondition[];
}

interface WantedParent {
  readonly parentRef: {
    readonly group?: string;
    readonly kind?: string;
    readonly name: string;
    readonly namespace?: string;
    readonly sectionName?: string;
    readonly port?: number;
    readonly namespaceMayBeOmitted?: boolean;
  };
  readonly controllerName: string;
  readonly conditions?: readonly WantedCondition[];
}

export interface StatusExpectation {
  readonly kind: string;
  /** "namespace/name", or a name alone. */
  readonly name: string;
  readonly hasAddress?: boolean;
  readonly addressesExactly?: readonly { readonly type?: string; readonly value: string }[];
  readonly conditions?: readonly WantedCondition[];
  readonly parent?: string;
  readonly ancestor?: string;
  readonly parents?: readonly WantedParent[];
  readonly everyListener?: readonly WantedCondition[];
  readonly listeners?: readonly WantedListener[];
  readonly listenersExactly?: readonly WantedListener[];
  readonly noAcceptedParents?: boolean;
  readonly zeroRoutes?: boolean;
  readonly attachedListenerSets?: number;
  readonly observedGenerationCurrent?: boolean;
}

interface Trust {
  readonly secret?: string;
  readonly configMap?: string;
  readonly key: string;
}

export interface RequestOf {
  /** Absent: HTTP. */
  readonly protocol?: string;
  readonly scheme?: "http" | "https";
  readonly method?: string;
  readonly host?: string | null;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly backendSetsResponseHeaders?: Readonly<Record<string, string>>;
  readonly tls?: {
    readonly serverName?: string;
    readonly trust?: Trust;
    readonly clientCertificateSecret?: string;
  };
}

interface Workload {
  readonly workload?: string;
  readonly namespace?: string;
}

export interface Mirrored extends Workload {
  readonly ofRequests?: {
    readonly requests: number;
    readonly minCount: number;
    readonly maxCount: number;
    readonly attempts: number;
  };
}

export interface WantedField {
  readonly equals?: string;
  readonly oneOf?: readonly string[];
  readonly absent?: boolean;
}

export interface Expectation {
  readonly statusCodes?: readonly number[];
  readonly anyTimeoutStatus?: readonly number[];
  readonly statusNot?: number | readonly number[];
  readonly httpResponseRequired?: boolean;
  readonly backend?: Workload | null;
  readonly upstreamRequest?: {
    readonly method?: string;
    readonly path?: string;
    readonly host?: string;
    readonly sni?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly absentHeaders?: readonly string[];
    readonly headersEqualWorkload?: readonly string[];
  };
  readonly responseHeaders?: Readonly<Record<string, WantedField>>;
  readonly responseHeadersIgnoreSpaces?: boolean;
  readonly redirect?: {
    readonly scheme: string | null;
    readonly host: string | null;
    readonly port: string | null;
    readonly path: string | null;
  };
  readonly mirroredTo?: readonly Mirrored[];
  readonly transportError?: boolean;
  readonly connectionRejected?: boolean;
  readonly backendConnectionIsTLS?: boolean;
  readonly websocketEcho?: unknown;
}

export interface RequestCase {
  readonly to: { readonly gateway: string; readonly port: number };
  readonly request: RequestOf;
  readonly expect: Expectation;
  readonly repeat?: number;
  readonly distribution?: {
    readonly requests: number;
    readonly shareOf: Readonly<Record<string, number>>;
    readonly tolerance: number;
    readonly attempts: number;
  };
}
