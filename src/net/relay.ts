// The pipe between two connections: what one side says, the other hears, untouched.

import type { Connection } from "./connection.ts";
import { NetError } from "./errors.ts";

/** Carries bytes both ways until both sides have ended, or one is torn down. */
export async function relay(a: Connection, b: Connection): Promise<void> {
  await Promise.all([pump(a, b), pump(b, a)]);
}

async function pump(from: Connection, to: Connection): Promise<void> {
  try {
    for (let chunk = await from.read(); chunk; chunk = await from.read()) await to.write(chunk);
    to.end();
  } catch (error) {
    const fault = error instanceof NetError ? error : new NetError("reset", String(error));
    from.destroy(fault);
    to.destroy(fault);
  }
}
