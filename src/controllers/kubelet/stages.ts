// A Pod's life as data: how long each stage takes, and how back-offs grow. All milliseconds.

import type { Random } from "../../base/random.ts";

/** At least so long, and by chance up to so much more. */
export interface Delay {
  readonly least: number;
  readonly more: number;
}

export const stages = {
  /** From the binding until the kubelet has looked at the Pod. */
  noticing: { least: 10, more: 40 },
  /** Network namespace and address. */
  sandbox: { least: 150, more: 250 },
  /** An image that the node has not. */
  pulling: { least: 900, more: 1_600 },
  /** A look whether the tag has moved; the layers are there. */
  refreshing: { least: 250, more: 300 },
  /** A registry that says no. */
  refusing: { least: 600, more: 900 },
  creating: { least: 20, more: 40 },
  starting: { least: 20, more: 40 },
  /** A program that was told to stop puts away what it has in hand; it still serves. */
  ending: { least: 400, more: 600 },
  /** Until the kubelet has noticed that a container ended. */
  relisting: { least: 300, more: 700 },
  /** From ErrImagePull to ImagePullBackOff, and between looks at what is missing. */
  resyncing: { least: 2_000, more: 2_000 },
} as const satisfies Record<string, Delay>;

export function delayMs({ least, more }: Delay, random: Random): number {
  return least + random.int(more);
}

/** Doubles from 10 s to 5 min; pulls and restarts alike (upstream's MaxContainerBackOff). */
const backOffMs = { first: 10_000, most: 300_000 };

/** A container that ran so long is forgiven its earlier crashes. */
export const forgivenAfterMs = 600_000;

export class BackOff {
  /** 0 before the first failure: that one is not waited for. */
  ms = 0;

  grow(): void {
    this.ms = this.ms === 0 ? backOffMs.first : Math.min(2 * this.ms, backOffMs.most);
  }

  reset(): void {
    this.ms = 0;
  }
}

/** As Go prints a duration: "345ms", "1.5s", "2m40s", "5m0s". */
export function goDuration(ms: number): string {
  if (ms < 1_000) return `${Math.floor(ms)}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.floor(ms - minutes * 60_000) / 1_000;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}
