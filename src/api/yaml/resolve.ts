// What an unquoted word means: YAML 1.1 as go-yaml v2 reads it. Models its resolve.go.

const words = new Map<string, boolean | null | number>();
for (const word of ["true", "yes", "on", "y"]) spell(word, true);
for (const word of ["false", "no", "off", "n"]) spell(word, false);
for (const word of ["null"]) spell(word, null);
words.set("", null).set("~", null);
for (const word of [".nan", ".NaN", ".NAN"]) words.set(word, NaN);
for (const word of [".inf", ".Inf", ".INF"]) {
  words.set(word, Infinity).set(`+${word}`, Infinity).set(`-${word}`, -Infinity);
}

function spell(word: string, value: boolean | null): void {
  const title = word[0]!.toUpperCase() + word.slice(1);
  words.set(word, value).set(title, value).set(word.toUpperCase(), value);
}

const decimal = /^[-+]?(0|[1-9][0-9]*)$/;
const based = /^([-+]?)(0x[0-9a-fA-F]+|0b[01]+|0o?[0-7]+)$/i;
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

/** The value of a plain scalar: a text unless it reads as something else. */
export function resolvePlain(text: string): string | number | boolean | null {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.0-9]/.test(text)) return text;
  const digits = text.replaceAll("_", "");
  if (decimal.test(digits)) return Number(digits) + 0;
  const other = based.exec(digits);
  if (other) {
    const body = other[2]!.toLowerCase();
    const value = /^0[xbo]/.test(body) ? Number(body) : parseInt(body, 8);
    return other[1] === "-" ? -value : value;
  }
  return float.test(digits) ? Number(digits) : text;
}

/** Whether a text would come back as itself when printed without quotes. */
export function readsAsText(text: string): boolean {
  return typeof resolvePlain(text) === "string";
}
