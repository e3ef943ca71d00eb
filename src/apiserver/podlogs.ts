// How the API server reaches the kubelet: the cluster sets it, so that neither knows the other.

import type { LogOptions } from "../api/client.ts";
import type { Pod } from "../api/kinds/pod.ts";

export interface PodLogs {
  /** Chunks of the container's log. Throws ApiError when the container has not run. */
  read(pod: Pod, container: string, options: LogOptions): AsyncIterable<Uint8Array>;
}
