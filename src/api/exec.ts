// A command in a running container, as `kubectl exec` and `kubectl attach` have it run: what it
// reads and writes, and how it is told to have ended. The streams are a WebSocket's channels
// under `serve`, and the terminal's own in the sandbox.

import type { Cause } from "./errors.ts";

export interface ExecIo {
  /** Absent without `-i`. Ends when the other side has nothing more to say. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  stdout(bytes: Uint8Array): void;
  /** Not used with a tty: both come out of the one screen. */
  stderr(bytes: Uint8Array): void;
  readonly tty: boolean;
  /** Aborted when whoever asked has gone: the command is killed. */
  readonly signal: AbortSignal;
  /** The screen's size at first and after each change; only with a tty. */
  readonly sizes?: AsyncIterable<TerminalSize>;
}

/** In characters. */
export interface TerminalSize {
  readonly Width: number;
  readonly Height: number;
}

/** The metav1.Status that ends a stream: channel 3 of v5.channel.k8s.io. */
export interface ExitStatus {
  readonly metadata: Record<string, never>;
  readonly status: "Success" | "Failure";
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes?: readonly Cause[] };
  readonly code?: number;
}

/** Models kubelet pkg/cri/streaming/remotecommand/exec.go. */
export function exitStatus(code: number): ExitStatus {
  if (code === 0) return { metadata: {}, status: "Success" };
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
}
