// The rows of a bench as a Markdown table, and where it stands in the README: between
// `<!-- bench NAME -->` and `<!-- /bench NAME -->`. A bench joins by having such a pair of lines.

/** The benches that the README shows, in its order. */
export function benchesIn(readme) {
  return [...readme.matchAll(/^<!-- bench (\w+) -->$/gm)].map(([, name]) => name);
}

/** The README with the block of bench `name` replaced. */
export function withTable(readme, name, rows, machine) {
  const [open, close] = [`<!-- bench ${name} -->`, `<!-- /bench ${name} -->`];
  const [from, to] = [readme.indexOf(open), readme.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`README.md: wanted ${open} … ${close}, saw none`);
  const block = [`\`npm run bench -- ${name} --readme\`, ${machine}:`, tableOf(rows)].join("\n\n");
  return `${readme.slice(0, from + open.length)}\n\n${block}\n\n${readme.slice(to)}`;
}

/** One line a metric; the peers of a metric stand side by side. */
export function tableOf(rows) {
  const byMetric = new Map();
  for (const row of rows) byMetric.set(row.metric, [...(byMetric.get(row.metric) ?? []), row]);
  const lines = [...byMetric].map(([metric, [first, ...more]]) => {
    const { ours, unit, limit, ratioToLimit } = first;
    const floor = limit === null ? "–" : `${figure(limit)} (${ratioToLimit}×)`;
    const peers = [first, ...more].map(peerOf).filter(Boolean).join(", ");
    return `| ${metric} | **${figure(ours)}** ${unit} | ${floor} | ${peers || "–"} |`;
  });
  const head = [
    "| | ours | limit (ours is) | peers (their figure, times ours) |",
    "|---|---|---|---|",
  ];
  return [...head, ...lines].join("\n");
}

function peerOf({ ours, peer, peerName }) {
  if (peer === null) return peerName === "–" ? "" : peerName;
  const times = ours === 0 ? "" : ` (${Number((peer / ours).toPrecision(2))}×)`;
  return `${peerName} ${figure(peer)}${times}`;
}

function figure(value) {
  return value.toLocaleString("en-US", { maximumFractionDigits: 2 });
}
