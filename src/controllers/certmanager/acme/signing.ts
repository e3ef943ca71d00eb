// How a CertificateRequest is signed by an ACME issuer: through an Order of its own.
// Models pkg/controller/certificaterequests/acme/acme.go.

import { controlledBy, controllerOf, keyOf } from "../../../api/object.ts";
import type { Key } from "../../../api/object.ts";
import { watching } from "../../../client/reconciler.ts";
import type { Reconciler } from "../../../client/reconciler.ts";
import { decodeAltNames } from "../../../net/x509/extensions.ts";
import { commonName } from "../../../net/x509/name.ts";
import { oid } from "../../../net/x509/oid.ts";
import type { Desk } from "../desk.ts";
import type { CertificateRequest } from "../kinds.ts";
import type { SignBy, Signed } from "../requests.ts";
import { readRequest } from "../signing.ts";
import { computedName } from "./computedname.ts";
import { isFailure, Order } from "./kinds.ts";

/** Orders concern the requests that they are for. */
export const orderWatches: Reconciler["watches"] = [
  watching(Order, (one): Key[] => {
    const owner = controllerOf(one);
    return owner?.kind === "CertificateRequest" ? [`${one.metadata.namespace}/${owner.name}`] : [];
  }),
];

export function acmeSigner(desk: Desk): SignBy {
  return async (request): Promise<Signed> => {
    const csr = readRequest(request.spec.request);
    const value = csr.extensions?.find(({ id }) => id === oid.subjectAltName)?.value;
    const dnsNames = value ? decodeAltNames(value).dns : [];
    const common = commonName(csr.subject);
    if (common !== undefined && !dnsNames.includes(common)) {
      const what =
        "The CSR PEM requests a commonName that is not present in the list of dnsNames or ipAddresses. If a commonName is set, ACME requires that the value is also present in the list of dnsNames or ipAddresses";
      const why = `"${common}" does not exist in [${dnsNames.join(" ")}] or []`;
      return { did: "fail", reason: "InvalidOrder", message: `${what}: ${why}` };
    }
    const wanted = orderFor(request, dnsNames, common);
    const order = desk.o.informers.of(Order).get(keyOf(wanted));
    const at = keyOf(wanted);
    if (!order) {
      await desk.o.client.create(Order, wanted);
      return { did: "wait", reason: "OrderCreated", message: `Created Order resource ${at}` };
    }
    const { state = "", reason = "", certificate } = order.status ?? {};
    if (isFailure(order.status?.state)) {
      const what = `Failed to wait for order resource "${order.metadata.name}" to become ready`;
      const message = `${what}: order is in "${state}" state: ${reason}`;
      return { did: "fail", reason: "OrderFailed", message };
    }
    if (state === "valid" && certificate !== undefined) {
      return { did: "sign", issued: { certificate } };
    }
    const message = `Waiting on certificate issuance from order ${at}: "${state}"`;
    return { did: "wait", reason: "OrderPending", message };
  };
}

function orderFor(
  { metadata, spec }: CertificateRequest,
  dnsNames: readonly string[],
  common: string | undefined,
): Order {
  const { issuerRef, request } = spec;
  const names = { ...(common !== undefined && { commonName: common }), dnsNames: [...dnsNames] };
  const { labels, annotations } = metadata;
  return {
    apiVersion: Order.apiVersion,
    kind: Order.kind,
    metadata: {
      name: computedName(metadata.name, { issuerRef, ...names }),
      namespace: metadata.namespace!,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ownerReferences: [
        controlledBy({ apiVersion: "cert-manager.io/v1", kind: "CertificateRequest", metadata }),
      ],
    },
    spec: { request, issuerRef, ...names },
  };
}
