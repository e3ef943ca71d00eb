// The kinds of acme.cert-manager.io/v1: an Order at an ACME server, and a Challenge for each name.

import { defineKind } from "../../../api/kinds/kind.ts";
import type { Kind } from "../../../api/kinds/kind.ts";
import type { Obj } from "../../../api/object.ts";
import type { IssuerRef, Solver } from "../kinds.ts";

export type AcmeState =
  "valid" | "ready" | "pending" | "processing" | "invalid" | "expired" | "errored";

export interface Order extends Obj {
  spec: {
    /** Base64 of PEM. */
    request: string;
    issuerRef: IssuerRef;
    commonName?: string;
    dnsNames?: string[];
  };
  status?: OrderStatus;
}

export interface OrderStatus {
  url?: string;
  finalizeURL?: string;
  state?: AcmeState;
  reason?: string;
  failureTime?: string;
  /** Base64 of PEM. */
  certificate?: string;
  authorizations?: OrderAuthorization[];
}

export interface OrderAuthorization {
  url: string;
  identifier?: string;
  wildcard?: boolean;
  initialState?: AcmeState;
  challenges?: { url: string; token: string; type: string }[];
}

export interface Challenge extends Obj {
  spec: {
    url: string;
    authorizationURL: string;
    dnsName: string;
    type: "HTTP-01";
    token: string;
    key: string;
    solver: Solver;
    issuerRef: IssuerRef;
    wildcard?: boolean;
  };
  status?: {
    processing?: boolean;
    presented?: boolean;
    state?: AcmeState;
    reason?: string;
  };
}

const group = "acme.cert-manager.io";

export const Order: Kind<Order> = defineKind<Order>({
  kind: "Order",
  group,
  plural: "orders",
  namespaced: true,
  subresources: ["status"],
});

export const Challenge: Kind<Challenge> = defineKind<Challenge>({
  kind: "Challenge",
  group,
  plural: "challenges",
  namespaced: true,
  subresources: ["status"],
});

export function isFailure(state: AcmeState | undefined): boolean {
  return state === "invalid" || state === "expired" || state === "errored";
}
