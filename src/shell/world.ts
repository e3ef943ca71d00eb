// Everything that the learner's laptop can reach. The shell is given a World and knows neither
// the cluster behind it nor the page in front of it.

import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { RestTransport } from "../api/transport.ts";
import type { Host, Network } from "../net/network.ts";
import type { Trace } from "../net/trace.ts";
import type { Files } from "./files.ts";

export interface World {
  readonly clock: Clock;
  readonly random: Random;
  /** The API server, as kubectl and helm reach it. */
  readonly api: RestTransport;
  readonly network: Network;
  /** The machine that the terminal runs on; outside the cluster. */
  readonly laptop: Host;
  readonly files: Files;
  /** A new trace for a request that the learner sends; it is shown once `finished` is called. */
  startTrace(request: { method: string; url: string; from: string }): Trace;
  /**
   * Tells the sandbox that nothing more will happen to this request.
   * @param error why there is no answer, as the sender says it: "(60) SSL certificate problem: …"
   */
  finishTrace(trace: Trace, error?: string): void;
  /**
   * Shows a file in the page's editor (vi, nano, code, kubectl edit). Settles once the learner
   * has saved it there: true; or will not any more: false. Absent where there is no page.
   */
  openEditor?(path: string): Promise<boolean>;
  /** Absent where nobody drives the clock. */
  readonly hotel?: HotelControls;
}

/** What a terminal may do to the sandbox itself. */
export interface HotelControls {
  pace(): { readonly speed: number; readonly paused: boolean };
  setPace(pace: { speed: number; paused: boolean }): void;
  /** Runs the next event of a paused clock. */
  step(): void;
  /** Lets so much cluster time pass as fast as it can. */
  jump(ms: number): void;
  /** Moves the date; nothing happens on the way. */
  leap(ms: number): void;
  /** Opens this hotel, or this lesson, anew. */
  reset(): void;
}
