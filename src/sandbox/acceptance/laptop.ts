// A laptop with the shell's kubectl, in front of any API server.

import type { RestTransport } from "../../api/transport.ts";
import { VirtualClock } from "../../base/clock.ts";
import { Random } from "../../base/random.ts";
import { Trace } from "../../net/trace.ts";
import { VirtualNetwork } from "../../net/virtual.ts";
import { MemoryFiles } from "../../shell/memoryfiles.ts";
import { Shell } from "../../shell/shell.ts";

export interface Run {
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

/** Runs one command line to its end. Files are by their absolute path; ~ is /home/guest. */
export async function runOnLaptop(
  line: string,
  o: {
    api: RestTransport;
    files?: Readonly<Record<string, string>>;
    nowMs?: number;
    clock?: VirtualClock;
  },
): Promise<Run> {
  const { api, files = {}, nowMs = 0, clock = new VirtualClock({ startMs: nowMs }) } = o;
  const random = new Random(1);
  const network = new VirtualNetwork({ clock, random });
  const laptop = { actor: "client/laptop", ip: "198.51.100.7" } as const;
  network.attach(laptop);
  const shell = new Shell({
    clock,
    random,
    api,
    network,
    laptop,
    files: new MemoryFiles({ "/home/guest/.profile": "", ...files }),
    startTrace: () => new Trace({ id: "t0", now: () => clock.now() }),
    finishTrace: () => undefined,
  });
  let out = "";
  let err = "";
  const work = shell.execute(line, {
    stdout: (data) => void (out += data),
    stderr: (data) => void (err += data),
    columns: 200,
    signal: new AbortController().signal,
    tty: false,
  });
  return { status: await clock.finish(work), out, err };
}
