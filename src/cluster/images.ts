// The images that need more than a container's world: CoreDNS, and the ingress controllers.

import { catalogue } from "../controllers/images.ts";
import type { CoreDns } from "../controllers/coredns.ts";
import { controllers } from "../ingress/controller.ts";
import type { Cloud, ControllerOptions, RunningController } from "../ingress/controller.ts";
import { withTools } from "./containers.ts";
import { parseImage } from "../controllers/kubelet/imagename.ts";
import type { ImageCatalogue, Program } from "../controllers/program.ts";

/** Everything that can be pulled in this cluster. */
export function clusterImages(dns: CoreDns, openCloud: () => Promise<Cloud>): ImageCatalogue {
  const programs: Record<string, Program> = {
    "registry.k8s.io/coredns/coredns": corednsProgram(dns),
  };
  for (const [image, start] of Object.entries(controllers)) {
    programs[image] = controllerProgram((o) => start({ ...o, openCloud }));
  }
  return (image) => {
    const name = parseImage(image);
    const word = name ? `${name.registry}/${name.repository}` : "";
    const program = Object.hasOwn(programs, word) ? programs[word] : catalogue(image);
    return program && name && withTools(program, name);
  };
}

function corednsProgram(dns: CoreDns): Program {
  return {
    start: ({ log, exit }) => {
      const stop = dns.serve();
      log(".:53");
      log("CoreDNS-1.12.1");
      return {
        terminate: () => {
          stop();
          exit(0);
        },
        kill: stop,
      };
    },
  };
}

/** An ingress controller is an ordinary client: it gets its Pod's world and nothing more. */
export function controllerProgram(start: (o: ControllerOptions) => RunningController): Program {
  return {
    start: ({ pod, host, network, clock, random, client, args, log, exit }) => {
      const { namespace = "default", name, uid = "" } = pod.metadata;
      const own = { namespace, name, uid, ip: host.ip };
      const running = start({ client, network, host, clock, random, pod: own, args, log });
      return {
        terminate: () => running.terminate(() => exit(0)),
        kill: () => running.kill(),
      };
    },
  };
}
