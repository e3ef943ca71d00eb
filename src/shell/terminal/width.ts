// How many columns a text takes in a terminal, and text in columns.

/** Columns of one code point: 2 for East Asian wide and emoji, 0 for marks that combine. */
export function charWidth(char: string): 0 | 1 | 2 {
  const code = char.codePointAt(0)!;
  if (code < 0x300) return 1;
  if (/^(\p{Mn}|\p{Me}|\p{Cf})$/u.test(char)) return 0;
  if (wide.some(([from, to]) => code >= from && code <= to)) return 2;
  return 1;
}

/** Unicode 15 ranges of East Asian width W and F, emoji included (UAX #11), coarse. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x23e9, 0x23ec],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x26a1, 0x26a1],
  [0x26bd, 0x26be],
  [0x26d4, 0x26d4],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x274c],
  [0x2753, 0x2757],
  [0x2795, 0x2797],
  [0x2b50, 0x2b50],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
];

export function textWidth(text: string): number {
  let columns = 0;
  for (const char of text) columns += charWidth(char);
  return columns;
}

/** Names in as many columns as fit, filled downwards, as `ls` and completion lists do. */
export function columnsOf(names: readonly string[], width: number): string {
  if (names.length === 0) return "";
  for (let rows = 1; ; rows++) {
    const count = Math.ceil(names.length / rows);
    const widths = Array.from({ length: count }, (_, column) => {
      return Math.max(...names.slice(column * rows, (column + 1) * rows).map(textWidth));
    });
    const total = widths.reduce((sum, one) => sum + one + 2, -2);
    if (total > width && rows < names.length) continue;
    let out = "";
    for (let row = 0; row < rows; row++) {
      const cells: string[] = [];
      for (let at = row, column = 0; at < names.length; at += rows, column++) {
        const name = names[at]!;
        const last = at + rows >= names.length;
        cells.push(last ? name : name + " ".repeat(widths[column]! - textWidth(name) + 2));
      }
      out += `${cells.join("")}\n`;
    }
    return out;
  }
}
