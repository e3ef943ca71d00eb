// The kinds of Gateway API (gateway.networking.k8s.io/v1), as far as the controller reads them.
// Their definitions are installed in the cluster like those of any custom resource; these are the
// tokens of an ordinary client.

import { defineKind } from "../../../api/kinds/kind.ts";
import type { Kind } from "../../../api/kinds/kind.ts";
import type { LabelSelector } from "../../../api/selector.ts";
import type { Obj } from "../../../api/object.ts";

export const group = "gateway.networking.k8s.io";

/** A condition as every status of Gateway API has it. */
export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime: string;
}

export interface GatewayClass extends Obj {
  readonly spec: { readonly controllerName: string; readonly parametersRef?: unknown };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly supportedFeatures?: readonly { readonly name: string }[];
  };
}

/** Which namespaces may attach something. */
export interface FromNamespaces {
  readonly from?: "All" | "Same" | "Selector" | "None";
  readonly selector?: LabelSelector;
}

export interface ObjectRef {
  readonly group?: string;
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
}

export interface RouteKind {
  readonly group?: string;
  readonly kind: string;
}

export interface ListenerSpec {
  readonly name: string;
  readonly hostname?: string;
  readonly port: number;
  readonly protocol: string;
  readonly tls?: {
    readonly mode?: "Terminate" | "Passthrough";
    readonly certificateRefs?: readonly ObjectRef[];
  };
  readonly allowedRoutes?: {
    readonly namespaces?: FromNamespaces;
    readonly kinds?: readonly RouteKind[];
  };
}

export interface Gateway extends Obj {
  readonly spec: {
    readonly gatewayClassName: string;
    readonly listeners: readonly ListenerSpec[];
    readonly addresses?: readonly { readonly type?: string; readonly value?: string }[];
    readonly infrastructure?: {
      readonly labels?: Readonly<Record<string, string>>;
      readonly annotations?: Readonly<Record<string, string>>;
      readonly parametersRef?: ObjectRef;
    };
    readonly allowedListeners?: { readonly namespaces?: FromNamespaces };
    readonly tls?: {
      readonly backend?: { readonly clientCertificateRef?: ObjectRef };
      readonly frontend?: {
        readonly default?: FrontendTls;
        readonly perPort?: readonly { readonly port: number; readonly tls: FrontendTls }[];
      };
    };
  };
  readonly status?: GatewayStatus;
}

/** What clients at HTTPS listeners must show. */
interface FrontendTls {
  readonly validation?: {
    readonly caCertificateRefs: readonly ObjectRef[];
    readonly mode?: "AllowValidOnly" | "AllowInsecureFallback";
  };
}

export interface GatewayStatus {
  readonly addresses?: readonly { readonly type?: string; readonly value: string }[];
  readonly conditions?: readonly Condition[];
  readonly listeners?: readonly ListenerStatus[];
  readonly attachedListenerSets?: number;
}

export interface ListenerStatus {
  readonly name: string;
  readonly supportedKinds?: readonly RouteKind[];
  readonly attachedRoutes: number;
  readonly conditions: readonly Condition[];
}

export interface ListenerSet extends Obj {
  readonly spec: { readonly parentRef: ObjectRef; readonly listeners: readonly ListenerSpec[] };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly listeners?: readonly ListenerStatus[];
  };
}

export interface ParentRef extends ObjectRef {
  readonly sectionName?: string;
  readonly port?: number;
}

export interface BackendRef extends ObjectRef {
  readonly port?: number;
  readonly weight?: number;
}

/** What all routes have. */
export interface AnyRoute extends Obj {
  readonly spec: {
    readonly parentRefs?: readonly ParentRef[];
    readonly hostnames?: readonly string[];
    readonly rules?: readonly { readonly backendRefs?: readonly BackendRef[] }[];
  };
  readonly status?: RouteStatus;
}

interface RouteStatus {
  readonly parents?: readonly ParentStatus[];
}

export interface ParentStatus {
  readonly parentRef: ParentRef;
  readonly controllerName: string;
  readonly conditions: readonly Condition[];
}

export interface HTTPRoute extends AnyRoute {
  readonly spec: {
    readonly parentRefs?: readonly ParentRef[];
    readonly hostnames?: readonly string[];
    readonly rules?: readonly HttpRule[];
  };
}

export interface HttpRule {
  readonly name?: string;
  readonly matches?: readonly HttpMatch[];
  readonly filters?: readonly HttpFilter[];
  readonly backendRefs?: readonly HttpBackendRef[];
  readonly timeouts?: { readonly request?: string; readonly backendRequest?: string };
  readonly retry?: {
    readonly codes?: readonly number[];
    readonly attempts?: number;
    readonly backoff?: string;
  };
}

export interface HttpMatch {
  readonly path?: {
    readonly type?: "Exact" | "PathPrefix" | "RegularExpression";
    readonly value?: string;
  };
  readonly headers?: readonly NamedMatch[];
  readonly queryParams?: readonly NamedMatch[];
  readonly method?: string;
}

export interface NamedMatch {
  readonly type?: "Exact" | "RegularExpression";
  readonly name: string;
  readonly value: string;
}

interface HttpBackendRef extends BackendRef {
  readonly filters?: readonly HttpFilter[];
}

interface NamedValue {
  readonly name: string;
  readonly value: string;
}

export interface HeaderModifier {
  readonly set?: readonly NamedValue[];
  readonly add?: readonly NamedValue[];
  readonly remove?: readonly string[];
}

export interface PathModifier {
  readonly type: "ReplaceFullPath" | "ReplacePrefixMatch";
  readonly replaceFullPath?: string;
  readonly replacePrefixMatch?: string;
}

export interface HttpFilter {
  readonly type: string;
  readonly requestHeaderModifier?: HeaderModifier;
  readonly responseHeaderModifier?: HeaderModifier;
  readonly requestRedirect?: {
    readonly scheme?: string;
    readonly hostname?: string;
    readonly path?: PathModifier;
    readonly port?: number;
    readonly statusCode?: number;
  };
  readonly urlRewrite?: { readonly hostname?: string; readonly path?: PathModifier };
  readonly requestMirror?: {
    readonly backendRef: BackendRef;
    readonly percent?: number;
    readonly fraction?: { readonly numerator: number; readonly denominator?: number };
  };
  readonly cors?: {
    readonly allowOrigins?: readonly string[];
    readonly allowCredentials?: boolean;
    readonly allowMethods?: readonly string[];
    readonly allowHeaders?: readonly string[];
    readonly exposeHeaders?: readonly string[];
    readonly maxAge?: number;
  };
  readonly extensionRef?: ObjectRef;
}

/** What the certificates of a Service's Pods must be. */
export interface BackendTLSPolicy extends Obj {
  readonly spec: {
    readonly targetRefs: readonly (ObjectRef & { readonly sectionName?: string })[];
    readonly validation: {
      readonly caCertificateRefs?: readonly ObjectRef[];
      readonly wellKnownCACertificates?: string;
      readonly hostname: string;
      readonly subjectAltNames?: readonly {
        readonly type: "Hostname" | "URI";
        readonly hostname?: string;
        readonly uri?: string;
      }[];
    };
  };
  readonly status?: { readonly ancestors?: readonly AncestorStatus[] };
}

export interface AncestorStatus {
  readonly ancestorRef: ParentRef;
  readonly controllerName: string;
  readonly conditions: readonly Condition[];
}

export interface ReferenceGrant extends Obj {
  readonly spec: {
    readonly from: readonly {
      readonly group: string;
      readonly kind: string;
      readonly namespace: string;
    }[];
    readonly to: readonly {
      readonly group: string;
      readonly kind: string;
      readonly name?: string;
    }[];
  };
}

export const GatewayClass = token<GatewayClass>("GatewayClass", "gatewayclasses", false);
export const Gateway = token<Gateway>("Gateway", "gateways");
export const ListenerSet = token<ListenerSet>("ListenerSet", "listenersets");
export const HTTPRoute = token<HTTPRoute>("HTTPRoute", "httproutes");
export const TLSRoute = token<AnyRoute>("TLSRoute", "tlsroutes");
export const TCPRoute = token<AnyRoute>("TCPRoute", "tcproutes");
export const BackendTLSPolicy = token<BackendTLSPolicy>("BackendTLSPolicy", "backendtlspolicies");
export const ReferenceGrant = token<ReferenceGrant>("ReferenceGrant", "referencegrants");

function token<T extends Obj>(kind: string, plural: string, namespaced = true): Kind<T> {
  return defineKind<T>({ kind, plural, group, namespaced, subresources: ["status"] });
}
