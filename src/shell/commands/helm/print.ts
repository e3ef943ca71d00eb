// How helm prints times and tables.

/** "Mon Nov 23 09:00:00 2026": LAST DEPLOYED (Go's time.ANSIC). */
export function ansiTime(iso: string): string {
  const at = new Date(iso);
  const [day, date, month, year, time] = at.toUTCString().replace(",", "").split(" ");
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
}

/** "2026-11-23 09:00:00.123 +0000 UTC": UPDATED in a list. */
export function listTime(iso: string): string {
  return `${iso
    .replace("T", " ")
    .replace(/Z$/, "")
    .replace(/\.?0+$/, (zeros) => (zeros.startsWith(".") ? "" : zeros))} +0000 UTC`;
}

/** Columns padded to their widest cell and separated by tabs (gosuri/uitable). */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => (row[i] ?? "").length)),
  );
  return rows
    .map((row) => `${row.map((cell, i) => cell.padEnd(widths[i]!)).join("\t")}\n`)
    .join("");
}
