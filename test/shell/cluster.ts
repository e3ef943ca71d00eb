// A real cluster with a laptop beside it: what the tables of kubectl, curl and helm run over.

import { utf8 } from "../../src/base/bytes.ts";
import { Cluster } from "../../src/cluster/cluster.ts";
import { Trace } from "../../src/net/trace.ts";
import { etcFiles } from "../../src/shell/etc.ts";
import { MemoryFiles } from "../../src/shell/memoryfiles.ts";
import { Shell } from "../../src/shell/shell.ts";
import { inputOf } from "../../src/shell/streams.ts";
import type { World } from "../../src/shell/world.ts";

export interface Hotel {
  readonly cluster: Cluster;
  readonly world: World;
  readonly files: MemoryFiles;
  readonly shell: Shell;
  readonly traces: Trace[];
  /** Runs a line; gives stdout and stderr as they came. */
  run(line: string, stdin?: string): Promise<string>;
  result(line: string, stdin?: string): Promise<{ out: string; err: string; status: number }>;
  /** Lets cluster time pass. */
  pass(ms: number): Promise<void>;
  close(): void;
}

export async function openHotel(files: Record<string, string> = {}): Promise<Hotel> {
  const cluster = new Cluster({ seed: 1 });
  cluster.start();
  const store = new MemoryFiles({ "/home/guest/.profile": "", ...etcFiles, ...files });
  const traces: Trace[] = [];
  const world: World = {
    clock: cluster.clock,
    random: cluster.random.fork("laptop"),
    api: cluster.api,
    network: cluster.network,
    laptop: cluster.laptop,
    files: store,
    startTrace() {
      const trace = new Trace({ id: `t${traces.length}`, now: () => cluster.clock.now() });
      traces.push(trace);
      return trace;
    },
    finishTrace: () => undefined,
  };
  const shell = new Shell(world);
  const result: Hotel["result"] = async (line, stdin) => {
    let out = "";
    let err = "";
    const work = shell.execute(line, {
      stdout: (data) => void (out += data),
      stderr: (data) => void (err += data),
      columns: 120,
      signal: new AbortController().signal,
      tty: false,
      ...(stdin !== undefined && { stdin: inputOf(utf8(stdin)) }),
    });
    return { status: await cluster.clock.finish(work), out, err };
  };
  await cluster.clock.advance(20_000);
  return {
    cluster,
    world,
    files: store,
    shell,
    traces,
    result,
    run: async (line, stdin) => {
      const { out, err } = await result(line, stdin);
      return out + err;
    },
    pass: (ms) => cluster.clock.advance(ms),
    close: () => cluster.stop(),
  };
}
