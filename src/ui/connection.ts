// The page's way to the sandbox: starts the Worker and connects to it. The rest of the page
// knows a SandboxConnection only, so that a fixture can stand in for the Worker.

import { connectSandbox, type SandboxConnection } from "../sandbox/protocol.ts";

export interface StartedSandbox {
  readonly sandbox: SandboxConnection;
  /** Hears that the Worker itself could not run; the sandbox's own crashes are its events. */
  readonly failed: (hear: (message: string) => void) => void;
}

/** Starts the sandbox in a module Worker. Calls made before it has loaded wait in its queue. */
export function startSandbox(): StartedSandbox {
  const worker = new Worker(new URL("../sandbox/worker.ts", import.meta.url), { type: "module" });
  return {
    sandbox: connectSandbox(worker),
    failed: (hear) =>
      worker.addEventListener("error", (event) =>
        hear(event.message || "the sandbox's Worker could not be loaded"),
      ),
  };
}
