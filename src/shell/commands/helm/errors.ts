/** An error that helm prints after "Error: ". */
export class HelmError extends Error {
  override name = "HelmError";
}
