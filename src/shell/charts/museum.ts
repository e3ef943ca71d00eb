// All charts that helm can find here, as if their repositories had been added.

import { awsLoadBalancerController } from "./aws-load-balancer-controller.ts";
import { certManager } from "./cert-manager.ts";
import type { Chart } from "./chart.ts";
import { grandGateway } from "./grand-gateway.ts";
import { ingressNginx } from "./ingress-nginx.ts";
import { traefik } from "./traefik.ts";

export const museum: readonly Chart[] = [
  ingressNginx,
  traefik,
  awsLoadBalancerController,
  certManager,
  grandGateway,
];

/** Repositories of the museum: name → address. */
export const repositories: ReadonlyMap<string, string> = new Map(
  museum.map(({ repo, repoUrl }) => [repo, repoUrl]),
);
