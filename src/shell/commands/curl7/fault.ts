// What ends a transfer: curl's exit code and its words.

export class CurlError extends Error {
  override name = "CurlError";
  /** curl's exit code: 6, 7, 28 … */
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
