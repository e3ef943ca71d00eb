// printf's formats, for printf and awk.

import { unescapeText } from "../../words.ts";

/** One pass of `format` over `args`; a missing argument counts as empty or 0. */
export function formatText(format: string, args: readonly string[], escapes = false): string {
  return formatOnce(escapes ? unescapeText(format) : format, args).text;
}

/** As the shell's printf: the format is used again while arguments are left. */
export function printfText(format: string, args: readonly string[]): string {
  const plain = unescapeText(format);
  let left = args;
  let out = "";
  do {
    const { text, used } = formatOnce(plain, left);
    out += text;
    left = left.slice(used);
    if (used === 0) break;
  } while (left.length > 0);
  return out;
}

function formatOnce(format: string, args: readonly string[]): { text: string; used: number } {
  let used = 0;
  const text = format.replace(
    /%%|%([-0+ #]*)(\*|\d+)?(?:\.(\d+))?([sdiufcxXob%eg])/g,
    (
      all,
      flags: string,
      width: string | undefined,
      precision: string | undefined,
      kind: string,
    ) => {
      if (all === "%%") return "%";
      const wide = width === "*" ? Number(args[used++] ?? 0) : Number(width ?? 0);
      const value = convert(args[used++] ?? "", kind, precision, flags);
      if (flags.includes("-")) return value.padEnd(wide);
      return value.padStart(wide, flags.includes("0") && kind !== "s" ? "0" : " ");
    },
  );
  return { text, used };
}

function convert(arg: string, kind: string, precision: string | undefined, flags: string): string {
  const value = Number(arg) || parseFloat(arg) || 0;
  const sign = flags.includes("+") && value >= 0 ? "+" : "";
  switch (kind) {
    case "d":
    case "i":
    case "u":
      return sign + String(Math.trunc(value));
    case "f":
      return sign + value.toFixed(Number(precision ?? 6));
    case "e":
      return value.toExponential(Number(precision ?? 6));
    case "g":
      return String(Number(value.toPrecision(Number(precision ?? 6))));
    case "x":
      return Math.trunc(value).toString(16);
    case "X":
      return Math.trunc(value).toString(16).toUpperCase();
    case "o":
      return Math.trunc(value).toString(8);
    case "c":
      return arg.slice(0, 1);
    case "b":
      return unescapeText(arg);
    default:
      return precision === undefined ? arg : arg.slice(0, Number(precision));
  }
}
