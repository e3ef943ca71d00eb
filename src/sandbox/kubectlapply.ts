// kubectl apply -f by hand, without a shell around it: for files that the administrator cannot
// simply create, because somebody else wrote them or because their objects are there already.

import type { Cluster } from "../cluster/cluster.ts";
import type { StartFile } from "../lesson/lesson.ts";
import { Trace } from "../net/trace.ts";
import type { Call } from "../shell/command.ts";
import { errorText } from "../shell/commands/kubectl/errors.ts";
import { openKubectl } from "../shell/commands/kubectl/verb.ts";
import { apply } from "../shell/commands/kubectl/verbs/apply.ts";
import { MemoryFiles } from "../shell/memoryfiles.ts";
import { newSession } from "../shell/session.ts";
import { emptyInput } from "../shell/streams.ts";
import type { World } from "../shell/world.ts";

/** Applies one file. Throws an Error with kubectl's words. */
export async function kubectlApply(cluster: Cluster, { name, content }: StartFile): Promise<void> {
  const { clock } = cluster;
  const files = new MemoryFiles({ "/root/.profile": "", [`/root/${name}`]: content });
  const call = quietCall({
    clock,
    random: cluster.random.fork("administrator"),
    api: cluster.api,
    network: cluster.network,
    laptop: cluster.laptop,
    files,
    startTrace: () => new Trace({ id: "administrator", now: () => clock.now(), on: false }),
    finishTrace: () => {},
  });
  const given = {
    path: "apply",
    operands: [],
    after: undefined,
    given: (flag: string) => flag === "filename",
    text: () => "",
    is: (_flag: string, fallback = false) => fallback,
    all: (flag: string) => (flag === "filename" ? [name] : []),
  };
  try {
    await apply.run(openKubectl(call, given), given);
  } catch (error) {
    throw new Error(errorText(error)?.trim() ?? String(error), { cause: error });
  }
}

/** A call of a command whose words nobody reads. */
function quietCall(world: World): Call {
  const alone = (): Promise<number> => Promise.reject(new Error("there is no shell to run in"));
  const nowhere = { write: () => {} };
  return {
    args: [],
    name: "",
    world,
    session: newSession({ user: "root", cwd: "/root" }),
    stdin: emptyInput,
    stdout: nowhere,
    stderr: nowhere,
    tty: false,
    stdinTty: false,
    columns: 120,
    signal: new AbortController().signal,
    commands: new Map(),
    run: alone,
    runLine: alone,
  };
}
