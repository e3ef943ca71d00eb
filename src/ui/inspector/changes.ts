// What a proxy did to the headers of a request on its way.

type Header = readonly [string, string];

export interface HeaderChange {
  readonly name: string;
  readonly value: string;
  readonly change: "kept" | "added" | "removed";
}

/** `now` in its order, marked against `before`; what is missing from it comes last. */
export function changesOf(
  now: readonly Header[],
  before: readonly Header[] | undefined,
): readonly HeaderChange[] {
  const line = ([name, value]: Header): string => `${name.toLowerCase()}: ${value}`;
  const earlier = new Set(before?.map(line));
  const later = new Set(now.map(line));
  return [
    ...now.map((header): HeaderChange => ({
      name: header[0],
      value: header[1],
      change: !before || earlier.has(line(header)) ? "kept" : "added",
    })),
    ...(before ?? [])
      .filter((header) => !later.has(line(header)))
      .map(([name, value]): HeaderChange => ({ name, value, change: "removed" })),
  ];
}
