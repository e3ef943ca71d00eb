// --retry: which failures may pass by themselves (src/tool_operate.c, post_per_transfer).

import { header } from "../../../net/http/message.ts";
import type { Config } from "./config.ts";
import { code, type CurlError } from "./errors.ts";
import type { Transfer } from "./transfer.ts";

/** Statuses that --retry takes for transient. */
const transient = new Set([408, 429, 500, 502, 503, 504]);

/** Why to try again, with what goes behind "Problem "; undefined when there is no use in it. */
export function retryAfter(
  config: Config,
  { error, transfer }: { error: CurlError | undefined; transfer: Transfer },
): { why: string; afterMs?: number } | undefined {
  if (config.retry === 0) return undefined;
  if (error?.code === code.operationTimedout || error?.code === code.couldntResolveHost) {
    return { why: ": timeout" };
  }
  if (error?.code === code.couldntConnect && config.retryConnRefused) {
    return { why: ": connection refused" };
  }
  const answered = !error || error.code === code.httpReturnedError;
  if (answered && transient.has(transfer.status)) {
    const seconds = header(transfer.headers, "retry-after");
    const told = seconds !== undefined && /^\d+$/.test(seconds);
    return { why: ": HTTP error", ...(told && { afterMs: Number(seconds) * 1000 }) };
  }
  return error && config.retryAllErrors ? { why: "(retrying all errors)" } : undefined;
}
