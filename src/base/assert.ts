// Our own mistakes, told loudly. A failed assertion is a bug in this project, never bad input.

/** Thrown when the code itself is wrong; bad input has errors of its own. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

/** Stops with `message` unless `claim` holds. On in production too. */
export function assert(claim: unknown, message: string): asserts claim {
  if (!claim) throw new AssertionError(message);
}

/** Marks a switch over a union as complete: the compiler refuses a missing case. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${JSON.stringify(value)}`);
}
