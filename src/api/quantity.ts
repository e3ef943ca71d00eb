// Quantities: "100m", "1.5Gi", "2e3". Models apimachinery pkg/api/resource/quantity.go.

/** A quantity as a number of nanos: 1 is 10⁹. Enough for every suffix down to "n". */
type Nanos = bigint;

const binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const decimal: readonly (readonly [string, number])[] = [
  ["E", 18],
  ["P", 15],
  ["T", 12],
  ["G", 9],
  ["M", 6],
  ["k", 3],
  ["", 0],
  ["m", -3],
  ["u", -6],
  ["n", -9],
];

interface Parsed {
  readonly nanos: Nanos;
  readonly format: "binary" | "decimal" | "exponent";
}

/** The form in which the API server stores a quantity, or why it is none. */
export function canonicalQuantity(
  text: string,
): { canonical: string; error?: undefined } | { canonical?: undefined; error: string } {
  const parsed = parseQuantity(text);
  return typeof parsed === "string" ? { error: parsed } : { canonical: print(parsed) };
}

/** Negative when `a` is less than `b`, zero when they are equal; bad texts count as zero. */
export function compareQuantities(a: string, b: string): number {
  const [x, y] = [nanosOf(a), nanosOf(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** The value in thousandths, rounded up: "0.5" is 500. Zero for a text that is no quantity. */
export function milliValue(text: string): number {
  return Number(ceilDivide(nanosOf(text), 1_000_000n));
}

function nanosOf(text: string): Nanos {
  const parsed = parseQuantity(text);
  return typeof parsed === "string" ? 0n : parsed.nanos;
}

const wrongFormat =
  "quantities must match the regular expression " +
  "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** Exponents beyond this are nothing that a cluster has. */
const exponentMax = 100;

function parseQuantity(text: string): Parsed | string {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/.exec(text);
  if (!match) return wrongFormat;
  const [, sign, whole = "", fraction = "", suffix = ""] = match;
  if (whole === "" && fraction === "") return wrongFormat;
  const unit = unitOf(suffix);
  if (!unit) return "unable to parse quantity's suffix";
  const digits = BigInt(whole + fraction || "0");
  const scale = 9 - fraction.length + unit.power;
  const scaled = digits * unit.factor;
  const size =
    scale >= 0 ? scaled * 10n ** BigInt(scale) : ceilDivide(scaled, 10n ** BigInt(-scale));
  return { nanos: sign === "-" ? -size : size, format: unit.format };
}

function unitOf(
  suffix: string,
): { factor: bigint; power: number; format: Parsed["format"] } | undefined {
  const power = decimal.find(([name]) => name === suffix)?.[1];
  if (power !== undefined) return { factor: 1n, power, format: "decimal" };
  const index = binary.indexOf(suffix);
  if (index >= 0) return { factor: 1024n ** BigInt(index + 1), power: 0, format: "binary" };
  const exponent = /^[eE]([-+]?\d+)$/.exec(suffix)?.[1];
  if (exponent === undefined || Math.abs(Number(exponent)) > exponentMax) return undefined;
  return { factor: 1n, power: Number(exponent), format: "exponent" };
}

const one = 1_000_000_000n;

function print({ nanos, format }: Parsed): string {
  if (nanos === 0n) return "0";
  const sign = nanos < 0n ? "-" : "";
  const size = nanos < 0n ? -nanos : nanos;
  if (format === "binary" && size >= 1024n * one) return sign + printBinary(ceilDivide(size, one));
  for (const [name, power] of decimal) {
    const unit = 10n ** BigInt(power + 9);
    if (size % unit !== 0n) continue;
    const count = size / unit;
    if (format !== "exponent") return `${sign}${count}${name}`;
    return power === 0 ? `${sign}${count}` : `${sign}${count}e${power}`;
  }
  return `${sign}${size}n`;
}

function printBinary(size: bigint): string {
  let index = -1;
  while (index + 1 < binary.length && size % 1024n === 0n) {
    size /= 1024n;
    index++;
  }
  return `${size}${index < 0 ? "" : binary[index]}`;
}

function ceilDivide(a: bigint, b: bigint): bigint {
  return a > 0n ? (a + b - 1n) / b : a / b;
}
