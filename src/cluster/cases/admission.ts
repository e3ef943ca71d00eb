// The admission webhook of a case's controller: its certificate, its Service and its registration,
// as the chart's jobs make them.

import type { Deployment } from "../../api/kinds/deployment.ts";
import type { Obj } from "../../api/object.ts";
import { base64, utf8 } from "../../base/bytes.ts";
import type { Random } from "../../base/random.ts";
import { webhookPair } from "../../net/x509/webhookpair.ts";

const secretName = "ingress-nginx-admission";
const mountPath = "/usr/local/certificates";

/** Secret, Service and ValidatingWebhookConfiguration. */
export function webhookObjects(o: {
  namespace: string;
  labels: Record<string, string>;
  random: Random;
  nowMs: number;
}): Obj[] {
  const { namespace, labels } = o;
  const service = "controller-admission";
  const { ca, cert, key } = certificates(`${service}.${namespace}.svc`, o);
  return [
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: secretName, namespace },
      data: { ca, cert, key },
    } as Obj,
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: service, namespace, labels },
      spec: { selector: labels, ports: [{ name: "https-webhook", port: 443, targetPort: 8443 }] },
    } as Obj,
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "ingress-nginx-admission" },
      webhooks: [
        {
          name: "validate.nginx.ingress.kubernetes.io",
          admissionReviewVersions: ["v1"],
          sideEffects: "None",
          failurePolicy: "Fail",
          clientConfig: {
            caBundle: ca,
            service: { namespace, name: service, path: "/networking/v1/ingresses" },
          },
          rules: [
            {
              apiGroups: ["networking.k8s.io"],
              apiVersions: ["v1"],
              operations: ["CREATE", "UPDATE"],
              resources: ["ingresses"],
            },
          ],
        },
      ],
    } as Obj,
  ];
}

/** The controller with the webhook's flags and its certificate mounted. */
export function withWebhook(deployment: Deployment): Deployment {
  const { template } = deployment.spec;
  const [container, ...others] = template.spec.containers;
  const flags = [
    "--validating-webhook=:8443",
    `--validating-webhook-certificate=${mountPath}/cert`,
    `--validating-webhook-key=${mountPath}/key`,
  ];
  const changed = {
    ...container!,
    args: [...(container!.args ?? []), ...flags],
    volumeMounts: [{ name: "webhook-cert", mountPath, readOnly: true }],
  };
  const volumes = [{ name: "webhook-cert", secret: { secretName } }];
  const spec = { ...template.spec, containers: [changed, ...others], volumes };
  return { ...deployment, spec: { ...deployment.spec, template: { ...template, spec } } };
}

function certificates(
  host: string,
  o: { random: Random; nowMs: number },
): { ca: string; cert: string; key: string } {
  const { ca, cert, key } = webhookPair(host, o);
  const encoded = (pem: string): string => base64(utf8(pem));
  return { ca: encoded(ca), cert: encoded(cert), key: encoded(key) };
}
