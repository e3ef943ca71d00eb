// …/pods/NAME/exec and …/attach: a command in a container, with its streams. The bytes go over
// the request's `io`; what comes back is 101, and later how it ended.
// Models kubernetes/pkg/registry/core/pod/rest/subresources.go and kubelet's remotecommand.

import { ApiError } from "../../api/errors.ts";
import { exitStatus } from "../../api/exec.ts";
import type { ExecIo, ExitStatus } from "../../api/exec.ts";
import { Pod } from "../../api/kinds/pod.ts";
import { makeKey } from "../../api/object.ts";
import type { RestResponse } from "../../api/transport.ts";
import type { PodExec } from "../podexec.ts";
import { containerIn } from "../podlogs.ts";
import { badRequest, notFound } from "../refusals.ts";
import type { Exchange } from "../rest.ts";
import type { Resource } from "./paths.ts";

export async function podStreams(exchange: Exchange, resource: Resource): Promise<RestResponse> {
  const { request, verbs } = exchange;
  const { query, io } = request;
  const pod = verbs.get(Pod, makeKey(resource.namespace, resource.name!));
  if (pod === undefined) throw notFound(Pod, resource.name!);
  const command = query.getAll("command");
  checkOptions(query, resource, command);
  const container = containerIn(pod, query.get("container") ?? undefined);
  if (!pod.spec.nodeName) {
    throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  }
  if (io === undefined) throw badRequest("Upgrade request required");
  const run = runner(verbs.podExec);
  const ran =
    resource.subresource === "exec"
      ? run.exec(pod, container, command, io)
      : run.attach(pod, container, io).then(() => 0);
  return { status: 101, headers: {}, warnings: [], exit: ended(ran) };
}

/** Whether the query asks for that stream: what kubectl sends is "true", others send "1". */
function asksFor(query: URLSearchParams, stream: keyof ExecIo): boolean {
  return ["true", "1"].includes(query.get(stream) ?? "");
}

/** Models ValidatePodExecOptions. */
function checkOptions(
  query: URLSearchParams,
  { subresource }: Resource,
  command: readonly string[],
): void {
  const asked = (["stdin", "stdout", "stderr"] as const).some((one) => asksFor(query, one));
  if (!asked) throw badRequest("you must specify at least 1 of stdin, stdout, stderr");
  if (subresource === "exec" && command.length === 0) {
    throw badRequest("you must specify a command for the container");
  }
}

function runner(exec: PodExec | undefined): PodExec {
  if (exec !== undefined) return exec;
  throw new ApiError("ServiceUnavailable", "no kubelet is there to run commands");
}

async function ended(ran: Promise<number>): Promise<ExitStatus> {
  try {
    return exitStatus(await ran);
  } catch (error) {
    if (error instanceof ApiError) return error.toStatus();
    throw error;
  }
}
