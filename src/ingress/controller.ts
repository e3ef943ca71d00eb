// The ingress controllers as Pods run them, by image. Each is an ordinary Kubernetes client:
// nothing here knows of the cluster around it.

import type { Cloud, ControllerOptions, RunningController } from "./control.ts";
import { startIngressController } from "./profiles/ingress-nginx/controller.ts";

export { ElasticLoadBalancing } from "./profiles/alb/elb.ts";
export { startIngressController };
export type { Cloud, ControllerOptions, RunningController };

type Start = (o: ControllerOptions) => RunningController;

/** By "registry/repository" of the image. */
export const controllers: Readonly<Record<string, Start>> = {
  "registry.k8s.io/ingress-nginx/controller": startIngressController,
  "docker.io/library/grand-ingress": fetched(
    async () => (await import("./profiles/spec/controller.ts")).startSpecController,
  ),
  "docker.io/library/traefik": fetched(
    async () => (await import("./profiles/traefik/controller.ts")).startTraefik,
  ),
  "public.ecr.aws/eks/aws-load-balancer-controller": fetched(
    async () => (await import("./profiles/alb/controller.ts")).startAlbController,
  ),
};

/** A controller that is fetched when its first Pod starts; time stands still meanwhile. */
function fetched(load: () => Promise<Start>): Start {
  return (o) => {
    let running: RunningController | undefined;
    let over = false;
    void o.clock.during(load()).then((start) => {
      if (!over) running = start(o);
    });
    return {
      terminate: (done) => {
        over = true;
        if (running) running.terminate(done);
        else done();
      },
      kill: () => {
        over = true;
        running?.kill();
      },
    };
  };
}
