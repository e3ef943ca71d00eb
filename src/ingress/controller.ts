// The ingress controllers as Pods run them, by image. Each is an ordinary Kubernetes client:
// nothing here knows of the cluster around it.

import type { ControllerOptions, RunningController } from "./control.ts";
import { startIngressController } from "./profiles/ingress-nginx/controller.ts";
import { startSpecController } from "./profiles/spec/controller.ts";
import { startTraefik } from "./profiles/traefik/controller.ts";

export { startIngressController };
export type { ControllerOptions, RunningController };

/** By "registry/repository" of the image. */
export const controllers: Readonly<Record<string, (o: ControllerOptions) => RunningController>> = {
  "registry.k8s.io/ingress-nginx/controller": startIngressController,
  "docker.io/library/grand-ingress": startSpecController,
  "docker.io/library/traefik": startTraefik,
};
