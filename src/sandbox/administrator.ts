// Who sets a hotel up: kubectl apply and helm install by hand, without a shell around them. What
// is in the cluster afterwards is the same to the letter; but nobody watches, and the page is
// spared the shell and every other command until somebody opens a terminal.

import { utf8 } from "../base/bytes.ts";
import type { VirtualClock } from "../base/clock.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { StartFile } from "../lesson/lesson.ts";
import { Trace } from "../net/trace.ts";
import type { Call } from "../shell/command.ts";
import { errorText } from "../shell/commands/kubectl/errors.ts";
import { Discovery } from "../shell/commands/kubectl/discovery.ts";
import { Api } from "../shell/commands/kubectl/rest.ts";
import { openKubectl } from "../shell/commands/kubectl/verb.ts";
import { apply } from "../shell/commands/kubectl/verbs/apply.ts";
import { MemoryFiles } from "../shell/memoryfiles.ts";
import { newSession } from "../shell/session.ts";
import { emptyInput } from "../shell/streams.ts";
import type { World } from "../shell/world.ts";

/** Setting up failed: content of the project is wrong, or the cluster is. */
export class HotelError extends Error {
  override name = "HotelError";
}

export class Administrator {
  readonly #clock: VirtualClock;
  readonly #files = new MemoryFiles({ "/root/.profile": "" });
  readonly #call: Call;

  constructor(cluster: Cluster) {
    const { clock } = cluster;
    this.#clock = clock;
    const world: World = {
      clock,
      random: cluster.random.fork("administrator"),
      api: cluster.api,
      network: cluster.network,
      laptop: cluster.laptop,
      files: this.#files,
      startTrace: () => new Trace({ id: "administrator", now: () => clock.now(), on: false }),
      finishTrace: () => {},
    };
    this.#call = quietCall(world);
  }

  /** kubectl apply -f, one file after the other. Throws HotelError. */
  async apply(files: readonly StartFile[]): Promise<void> {
    for (const { name, content } of files) {
      this.#files.write(`/root/${name}`, utf8(content));
      const given = {
        path: "apply",
        operands: [],
        after: undefined,
        given: (flag: string) => flag === "filename",
        text: () => "",
        is: (_flag: string, fallback = false) => fallback,
        all: (flag: string) => (flag === "filename" ? [name] : []),
      };
      await this.#run(`kubectl apply -f ${name}`, () =>
        apply.run(openKubectl(this.#call, given), given),
      );
    }
  }

  /** helm install CHART CHART/CHART -n CHART --create-namespace. Throws HotelError. */
  async install(chart: string): Promise<void> {
    const { install } = await this.#clock.during(import("../shell/commands/helm/install.ts"));
    const api = new Api({
      transport: this.#call.world.api,
      signal: this.#call.signal,
      warn: () => {},
    });
    const helm = {
      call: this.#call,
      cluster: { api, discovery: new Discovery(api) },
      namespace: chart,
    };
    const given = {
      operands: [chart, `${chart}/${chart}`],
      has: (flag: string) => flag === "create-namespace",
      text: () => "",
      all: () => [],
      ordered: [],
    };
    await this.#run(`helm install ${chart}`, () => install(helm, given));
  }

  async #run(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await this.#clock.finish(work());
    } catch (error) {
      const words = errorText(error) ?? (error instanceof Error ? error.message : String(error));
      throw new HotelError(`${what}: ${words.trim()}`, { cause: error });
    }
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
