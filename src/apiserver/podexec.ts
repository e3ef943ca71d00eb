// How the API server has commands run in containers: the cluster sets it, as it sets PodLogs.

import type { ExecIo } from "../api/exec.ts";
import type { Pod } from "../api/kinds/pod.ts";

export interface PodExec {
  /**
   * Runs `command` in the container and gives its exit code when it has ended. Throws ApiError
   * InternalError, in the container runtime's words, when it cannot be started.
   */
  exec(pod: Pod, container: string, command: readonly string[], io: ExecIo): Promise<number>;
  /** What the container's own process writes from now on, until it ends or `io.signal` does. */
  attach(pod: Pod, container: string, io: ExecIo): Promise<void>;
}
