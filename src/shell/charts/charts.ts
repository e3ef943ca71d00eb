// The charts by name, each fetched by itself; but for the one that the opening scene installs.

import type { Chart } from "./chart.ts";
import { ingressNginx } from "./ingress-nginx.ts";

export const charts: Readonly<Record<string, () => Promise<Chart>>> = {
  "ingress-nginx": () => Promise.resolve(ingressNginx),
  traefik: async () => (await import("./traefik.ts")).traefik,
  "aws-load-balancer-controller": async () =>
    (await import("./aws-load-balancer-controller.ts")).awsLoadBalancerController,
  "cert-manager": async () => (await import("./cert-manager.ts")).certManager,
  "grand-gateway": async () => (await import("./grand-gateway.ts")).grandGateway,
};
