// The images that need more than a container's world: CoreDNS, and the ingress controllers.

import { catalogue } from "../controllers/images.ts";
import type { CoreDns } from "../controllers/coredns.ts";
import { parseImage } from "../controllers/kubelet/imagename.ts";
import type { ImageCatalogue, Program } from "../controllers/program.ts";

/** Everything that can be pulled in this cluster. */
export function clusterImages(dns: CoreDns): ImageCatalogue {
  const programs: Readonly<Record<string, Program>> = {
    "registry.k8s.io/coredns/coredns": corednsProgram(dns),
  };
  return (image) => {
    const name = parseImage(image);
    const word = name ? `${name.registry}/${name.repository}` : "";
    return Object.hasOwn(programs, word) ? programs[word] : catalogue(image);
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
