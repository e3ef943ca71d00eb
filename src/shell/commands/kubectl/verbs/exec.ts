// kubectl exec, attach: a command in a container, or the container's own screen.
// Models kubectl pkg/cmd/exec and pkg/cmd/attach.

import type { Pod } from "../../../../api/kinds/pod.ts";
import type { Arguments } from "../arguments.ts";
import { KubectlError, UsageError } from "../errors.ts";
import { containerOf, podFor, podOf } from "../podof.ts";
import { runStreams } from "../streams.ts";
import { allTargets } from "../targets.ts";
import type { Kubectl, Verb } from "../verb.ts";

export const exec: Verb = {
  path: "exec",
  summary: "run a command in a container",
  flags: "container stdin tty quiet filename pod-running-timeout",
  completes: "type-name",
  example: "kubectl exec -it deploy/web -- sh",
  async run(kubectl, given) {
    const words = given.after ?? [];
    const targets = given.operands;
    if (targets.length > 1 || (targets.length === 1 && given.after === undefined)) {
      if (targets.length === 1)
        throw usage(given, "you must specify at least one command for the container");
      throw usage(
        given,
        "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead",
      );
    }
    if (targets.length === 0 && !given.given("filename")) {
      throw new KubectlError("pod, type/name or --filename must be specified");
    }
    if (words.length === 0) {
      throw new KubectlError("you must specify at least one command for the container");
    }
    const pod = await podNamed(kubectl, given);
    const phase = pod.status?.phase ?? "Pending";
    if (phase === "Succeeded" || phase === "Failed") {
      throw new KubectlError(
        `cannot exec into a container in a completed pod; current phase is ${phase}`,
      );
    }
    const container = containerOf(kubectl, pod, given.text("container"), given.is("quiet"));
    const { stdin, tty } = streamsOf(kubectl, given);
    const code = await runStreams(kubectl, {
      pod,
      container,
      subresource: "exec",
      command: words,
      stdin: stdin ? kubectl.call.stdin : undefined,
      tty,
    });
    if (code !== 0) kubectl.err(`command terminated with exit code ${code}\n`);
    return code;
  },
};

export const attach: Verb = {
  path: "attach",
  summary: "join the screen of a running container",
  flags: "container stdin tty quiet pod-running-timeout",
  completes: "type-name",
  example: "kubectl attach -it tmp",
  async run(kubectl, given) {
    const { operands } = given;
    if (operands.length === 0) throw new KubectlError("at least 1 argument is required for attach");
    if (operands.length > 2) {
      throw new KubectlError(
        `expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${operands.length}: [${operands.join(" ")}]`,
      );
    }
    return attachTo(kubectl, await podOf(kubectl, operands.join("/")), given);
  },
};

/** Joins a Pod's screen until it ends. */
export async function attachTo(kubectl: Kubectl, pod: Pod, given: Arguments): Promise<number> {
  const phase = pod.status?.phase ?? "Pending";
  if (phase === "Succeeded" || phase === "Failed") {
    throw new KubectlError(
      `cannot attach a container in a completed pod; current phase is ${phase}`,
    );
  }
  const name = containerOf(kubectl, pod, given.text("container"), given.is("quiet"));
  const container = pod.spec.containers.find((one) => one.name === name);
  const asked = streamsOf(kubectl, given);
  const tty = asked.tty && container?.tty === true;
  if (asked.tty && !tty) {
    kubectl.err(`error: Unable to use a TTY - container ${name} did not allocate one\n`);
  }
  if (!given.is("quiet") && asked.stdin) {
    kubectl.err(
      "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\n" +
        "If you don't see a command prompt, try pressing enter.\n",
    );
  }
  const stdin = asked.stdin ? kubectl.call.stdin : undefined;
  return runStreams(kubectl, { pod, container: name, subresource: "attach", stdin, tty });
}

/** -i and -t, as far as this terminal allows. */
function streamsOf(kubectl: Kubectl, given: Arguments): { stdin: boolean; tty: boolean } {
  const stdin = given.is("stdin");
  const wanted = given.is("tty");
  const tty = wanted && stdin && kubectl.call.stdinTty;
  if (wanted && !tty && stdin) {
    kubectl.err("Unable to use a TTY - input is not a terminal or the right kind of file\n");
  }
  return { stdin, tty: wanted && (tty || !stdin) };
}

async function podNamed(kubectl: Kubectl, given: Arguments): Promise<Pod> {
  const [word] = given.operands;
  if (word !== undefined) return podOf(kubectl, word);
  const { targets, errors } = await allTargets(kubectl, given, []);
  if (errors[0]) throw errors[0];
  if (targets.length > 1) throw new KubectlError("cannot exec into multiple objects at a time");
  const { resource, namespace, name } = targets[0]!;
  return podFor(kubectl, await kubectl.api.get(resource, namespace, name));
}

function usage({ path }: Arguments, words: string): UsageError {
  return new UsageError(`${words}\nSee 'kubectl ${path} -h' for help and examples`);
}
