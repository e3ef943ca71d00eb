// The three objects that answer an HTTP-01 challenge: a Pod with the solver, a Service before it,
// and an Ingress that leads the token's path there.
// Models pkg/issuer/acme/http/{pod,service,ingress}.go.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import type { Pod } from "../../../api/kinds/pod.ts";
import type { Service } from "../../../api/kinds/service.ts";
import { controlledBy } from "../../../api/object.ts";
import type { ObjectMeta } from "../../../api/object.ts";
import { utf8 } from "../../../base/bytes.ts";
import type { Challenge } from "./kinds.ts";

const port = 8089;

/** What the objects of one challenge are found by. */
export function solverLabels({ spec }: Challenge): Record<string, string> {
  return {
    "acme.cert-manager.io/http-domain": String(adler32(spec.dnsName)),
    "acme.cert-manager.io/http-token": String(adler32(spec.token)),
    "acme.cert-manager.io/http01-solver": "true",
  };
}

export function solverPod(challenge: Challenge, image: string): Pod {
  const { dnsName, token, key } = challenge.spec;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: metadataOf(challenge, {
      "cluster-autoscaler.kubernetes.io/safe-to-evict": "true",
      "sidecar.istio.io/inject": "false",
    }),
    spec: {
      restartPolicy: "OnFailure",
      containers: [
        {
          name: "acmesolver",
          image,
          imagePullPolicy: "IfNotPresent",
          args: [
            `--listen-port=${port}`,
            `--domain=${dnsName}`,
            `--token=${token}`,
            `--key=${key}`,
          ],
          resources: {
            requests: { cpu: "10m", memory: "64Mi" },
            limits: { cpu: "100m", memory: "64Mi" },
          },
          ports: [{ name: "http", containerPort: port }],
        },
      ],
    },
  };
}

export function solverService(challenge: Challenge): Service {
  const type = challenge.spec.solver.http01?.ingress?.serviceType ?? "NodePort";
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(challenge, { "auth.istio.io/8089": "NONE" }),
    spec: {
      type: type as NonNullable<Service["spec"]["type"]>,
      ports: [{ name: "http", port, targetPort: port }],
      selector: solverLabels(challenge),
    },
  };
}

export function solverIngress(challenge: Challenge, service: string): Ingress {
  const { dnsName, token, solver } = challenge.spec;
  const { class: byAnnotation, ingressClassName, ingressTemplate } = solver.http01?.ingress ?? {};
  const metadata = metadataOf(challenge, {
    "nginx.ingress.kubernetes.io/whitelist-source-range": "0.0.0.0/0,::/0",
    ...(byAnnotation !== undefined && { "kubernetes.io/ingress.class": byAnnotation }),
    ...ingressTemplate?.metadata?.annotations,
  });
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, ...ingressTemplate?.metadata?.labels },
    },
    spec: {
      ...(ingressClassName !== undefined && { ingressClassName }),
      rules: [
        {
          host: dnsName,
          http: {
            paths: [
              {
                path: `/.well-known/acme-challenge/${token}`,
                pathType: "ImplementationSpecific",
                backend: { service: { name: service, port: { number: port } } },
              },
            ],
          },
        },
      ],
    },
  };
}

function metadataOf(challenge: Challenge, annotations: Record<string, string>): ObjectMeta {
  return {
    name: "",
    generateName: "cm-acme-http-solver-",
    namespace: challenge.metadata.namespace!,
    labels: solverLabels(challenge),
    annotations,
    ownerReferences: [controlledBy(challenge)],
  };
}

/** RFC 1950 section 8.2. */
function adler32(text: string): number {
  let [a, b] = [1, 0];
  for (const octet of utf8(text)) {
    a = (a + octet) % 65_521;
    b = (b + a) % 65_521;
  }
  return ((b << 16) | a) >>> 0;
}
