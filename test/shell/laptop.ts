// A laptop without a cluster, for what the shell does on its own.

import type { RestTransport } from "../../src/api/transport.ts";
import { VirtualClock } from "../../src/base/clock.ts";
import { Random } from "../../src/base/random.ts";
import type { Host } from "../../src/net/network.ts";
import { Trace } from "../../src/net/trace.ts";
import { VirtualNetwork } from "../../src/net/virtual.ts";
import { MemoryFiles } from "../../src/shell/memoryfiles.ts";
import { Shell } from "../../src/shell/shell.ts";
import { inputOf } from "../../src/shell/streams.ts";
import type { World } from "../../src/shell/world.ts";
import { utf8 } from "../../src/base/bytes.ts";

/** The API server of a machine whose network cable is out. */
export const noApi: RestTransport = () => Promise.reject(new Error("no API server in this test"));

export interface Laptop {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
  readonly files: MemoryFiles;
  readonly shell: Shell;
  readonly traces: Trace[];
  /** Runs a line to its end; gives what it printed, stdout and stderr as they came. */
  run(line: string, stdin?: string): Promise<string>;
  /** Like `run`, with the parts kept apart. */
  result(line: string, stdin?: string): Promise<{ out: string; err: string; status: number }>;
}

export function makeLaptop({
  files: start = {},
  api = noApi,
  tty = false,
  startMs = Date.UTC(2026, 10, 23, 9),
}: {
  files?: Record<string, string>;
  api?: RestTransport;
  tty?: boolean;
  startMs?: number;
} = {}): Laptop {
  const clock = new VirtualClock({ startMs });
  const random = new Random(1);
  const network = new VirtualNetwork({ clock, random });
  const laptop: Host = { actor: "client/laptop", ip: "198.51.100.7" };
  network.attach(laptop);
  const files = new MemoryFiles({ "/home/guest/.hidden": "", ...start });
  const traces: Trace[] = [];
  const world: World = {
    clock,
    random,
    api,
    network,
    laptop,
    files,
    startTrace() {
      const trace = new Trace({ id: `t${traces.length}`, now: () => clock.now() });
      traces.push(trace);
      return trace;
    },
    finishTrace: () => undefined,
  };
  const shell = new Shell(world);
  const result: Laptop["result"] = async (line, stdin) => {
    let out = "";
    let err = "";
    const work = shell.execute(line, {
      stdout: (data) => void (out += data),
      stderr: (data) => void (err += data),
      columns: 80,
      signal: new AbortController().signal,
      tty,
      ...(stdin !== undefined && { stdin: inputOf(utf8(stdin)) }),
    });
    return { status: await clock.finish(work), out, err };
  };
  const run: Laptop["run"] = async (line, stdin) => {
    const { out, err } = await result(line, stdin);
    return out + err;
  };
  return { world, clock, network, files, shell, traces, run, result };
}
