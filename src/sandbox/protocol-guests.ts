// The guests as the page sees them: every request that was sent, with all that is known of it.

import type { Badge } from "../lesson/badge.ts";
import type { Hop } from "../net/trace.ts";

export type { Badge };

/** One request: everything known of it so far. Sent again when it grew. */
export interface Guest {
  readonly id: string;
  /** 1 for the first guest of this sandbox. */
  readonly number: number;
  readonly method: string;
  readonly url: string;
  /** "guest desk", "terminal 1", "lesson check" … */
  readonly from: string;
  readonly startedAt: number;
  readonly hops: readonly Hop[];
  readonly done: boolean;
  /** The status the client saw; undefined when it got none. */
  readonly status: number | undefined;
  /** For a failure without a status: curl's words, "(7) Failed to connect to …". */
  readonly error: string | undefined;
  /** One sentence for people and screen readers. */
  readonly story: string;
  readonly response:
    { readonly headers: readonly (readonly [string, string])[]; readonly body: string } | undefined;
  /** What a browser makes of the certificate; of guests of the guest desk with https. */
  readonly badge: Badge | undefined;
}

export interface GuestOrder {
  readonly method: string;
  readonly url: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
  /** https: goes on though the certificate is not believed. */
  readonly proceed?: boolean;
}
