// The ingress controllers as Pods run them, by image. Each is an ordinary Kubernetes client:
// nothing here knows of the cluster around it.

import type { Cloud, ControllerOptions, RunningController } from "./control.ts";
import type { ElbOptions } from "./profiles/alb/elb.ts";
import { startIngressController } from "./profiles/ingress-nginx/controller.ts";

/** The account at the cloud, in which controllers build load balancers. */
export async function openCloud(o: ElbOptions): Promise<Cloud> {
  const { ElasticLoadBalancing } = await import("./profiles/alb/elb.ts");
  return new ElasticLoadBalancing(o);
}

export type { Cloud, ControllerOptions, RunningController };

type Start = (o: ControllerOptions) => RunningController;

/** By "registry/repository" of the image. */
export const controllers: Readonly<Record<string, Start>> = {
  "registry.k8s.io/ingress-nginx/controller": startIngressController,
  "docker.io/library/grand-ingress": fetched(
    async () => (await import("./profiles/spec/controller.ts")).startSpecController,
  ),
  "docker.io/library/grand-gateway": fetched(
    async () => (await import("./profiles/gateway/controller.ts")).startGatewayController,
  ),
  "docker.io/library/traefik": fetched(
    async () => (await import("./profiles/traefik/controller.ts")).startTraefik,
  ),
  "public.ecr.aws/eks/aws-load-balancer-controller": fetched(async ({ openCloud }) => {
    const { startAlbController } = await import("./profiles/alb/controller.ts");
    const cloud = await openCloud?.();
    return (o) => startAlbController(cloud ? { ...o, cloud } : o);
  }),
};

/** A controller that is fetched when its first Pod starts; time stands still meanwhile. */
function fetched(load: (o: ControllerOptions) => Promise<Start>): Start {
  return (o) => {
    let running: RunningController | undefined;
    let over = false;
    void o.clock.during(load(o)).then((start) => {
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
