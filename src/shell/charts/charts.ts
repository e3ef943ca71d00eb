// The charts by name, each fetched by itself: most hotels install one.

import type { Chart } from "./chart.ts";

export const charts: Readonly<Record<string, () => Promise<Chart>>> = {
  "ingress-nginx": async () => (await import("./ingress-nginx.ts")).ingressNginx,
  traefik: async () => (await import("./traefik.ts")).traefik,
  "aws-load-balancer-controller": async () =>
    (await import("./aws-load-balancer-controller.ts")).awsLoadBalancerController,
  "cert-manager": async () => (await import("./cert-manager.ts")).certManager,
  "grand-gateway": async () => (await import("./grand-gateway.ts")).grandGateway,
};
