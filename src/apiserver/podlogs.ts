// How the API server reaches the kubelet: the cluster sets it, so that neither knows the other.

import type { LogOptions } from "../api/client.ts";
import { ApiError } from "../api/errors.ts";
import type { Pod } from "../api/kinds/pod.ts";

export interface PodLogs {
  /** Chunks of the container's log. Throws ApiError when the container has not run. */
  read(pod: Pod, container: string, options: LogOptions): AsyncIterable<Uint8Array>;
}

/**
 * The container that is meant: the only one when none is named. Throws BadRequest.
 * Models validateContainer in kubernetes/pkg/registry/core/pod/strategy.go.
 */
export function containerIn({ metadata, spec }: Pod, wanted: string | undefined): string {
  const all = [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name);
  if (wanted) {
    if (all.includes(wanted)) return wanted;
    throw new ApiError("BadRequest", `container ${wanted} is not valid for pod ${metadata.name}`);
  }
  if (spec.containers.length === 1) return spec.containers[0]!.name;
  const message = `a container name must be specified for pod ${metadata.name}`;
  throw new ApiError("BadRequest", `${message}, choose one of: [${all.join(" ")}]`);
}
