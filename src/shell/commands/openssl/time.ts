// Times as OpenSSL prints them: "Nov 23 09:00:00 2026 GMT".

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** ASN1_TIME_print. */
export function printTime(ms: number): string {
  const at = new Date(ms);
  const two = (value: number, fill = "0"): string => String(value).padStart(2, fill);
  const clock = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map((n) => two(n));
  const day = two(at.getUTCDate(), " ");
  return `${months[at.getUTCMonth()]} ${day} ${clock.join(":")} ${at.getUTCFullYear()} GMT`;
}
