// Ways out of a script that are no errors: break, continue, return, exit. Thrown, and caught by
// whoever they leave.

/** Leaves a loop; thrown by `break` and `continue`. */
export class LoopJump extends Error {
  readonly kind: "break" | "continue";

  constructor(kind: "break" | "continue") {
    super(kind);
    this.kind = kind;
  }
}

/** Leaves a function or a sourced file; thrown by `return`. */
export class ReturnJump extends Error {
  readonly status: number;

  constructor(status: number) {
    super("return");
    this.status = status;
  }
}

/** Ends a script, a subshell or a shell; thrown by `exit`. */
export class ExitJump extends Error {
  readonly status: number;

  constructor(status: number) {
    super("exit");
    this.status = status;
  }
}

/** Whether it is no error but a way out of a script. */
export function isJump(error: unknown): boolean {
  return error instanceof LoopJump || error instanceof ExitJump || error instanceof ReturnJump;
}

/** The status that `return` gave, when the work ended so. */
export async function untilReturn(work: Promise<number>): Promise<number> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ReturnJump) return error.status;
    throw error;
  }
}

/** The status that `exit` gave, when the work ended so. */
export async function untilExit(work: Promise<number>): Promise<number> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ExitJump) return error.status;
    throw error;
  }
}
