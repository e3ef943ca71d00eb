// What the chart of ingress-nginx installs for its admission webhook: the certificate, a Service
// in front of the controller, and the registration at the API server.

import type { Obj } from "../../api/object.ts";
import { base64OfText } from "../../base/bytes.ts";
import type { Random } from "../../base/random.ts";
import { webhookPair } from "../../net/x509/webhookpair.ts";
import { textAt, type Release, type Rendered, type Values } from "./chart.ts";

export interface Admission {
  readonly values: Values;
  /** For the certificates. */
  readonly means: { readonly random: Random; readonly nowMs: number };
  readonly release: Release;
  readonly name: string;
  readonly service: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly selector: Readonly<Record<string, string>>;
}

/** Templates without their folder and ending. The chart's `prepare` fetches this file. */
export function admissionObjects(o: Admission): readonly Rendered[] {
  const { values, release, name, service } = o;
  const { namespace } = release;
  const at = (path: string): string => textAt(values, `controller.admissionWebhooks.${path}`);
  const pair = webhookPair(`${service}.${namespace}.svc`, o.means);
  const pem = (part: keyof typeof pair): string => base64OfText(pair[part]);
  const labels = { ...o.labels, "app.kubernetes.io/component": "admission-webhook" };
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace, labels },
    type: "Opaque",
    data: { ca: pem("ca"), cert: pem("cert"), key: pem("key") },
  };
  const front = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: service, namespace, labels: o.labels },
    spec: {
      type: "ClusterIP",
      ports: [{ name: "https-webhook", port: 443, targetPort: "webhook", appProtocol: "https" }],
      selector: o.selector,
    },
  };
  const registration = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name, labels },
    webhooks: [
      {
        name: "validate.nginx.ingress.kubernetes.io",
        matchPolicy: "Equivalent",
        rules: [
          {
            apiGroups: ["networking.k8s.io"],
            apiVersions: ["v1"],
            operations: ["CREATE", "UPDATE"],
            resources: ["ingresses"],
          },
        ],
        failurePolicy: at("failurePolicy"),
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
        clientConfig: {
          service: { name: service, namespace, path: "/networking/v1/ingresses" },
          caBundle: pem("ca"),
        },
        timeoutSeconds: Number(at("timeoutSeconds")),
      },
    ],
  };
  return [
    { template: "admission-webhooks/secret", object: secret as Obj },
    { template: "controller-service-webhook", object: front as Obj },
    { template: "admission-webhooks/validating-webhook", object: registration as Obj },
  ];
}
