// kubectl over a real cluster, as transcripts. The expected texts were compared with a real
// kubectl 1.32 over `serve`, line by line; where the two differ on purpose a comment says so.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openHotel, type Hotel } from "./cluster.ts";
import { manifests } from "./manifests.ts";
import { readTranscript, replay, writeTranscript } from "./transcript.ts";

describe.each([
  "kubectl-read",
  "kubectl-write",
  "kubectl-workloads",
  "kubectl-pods",
  "kubectl-refusals",
  "containers",
  "tunnels",
  "kubectl-admin",
])("%s", (name) => {
  const path = new URL(`transcripts/${name}.txt`, import.meta.url);
  const entries = readTranscript(path);
  const seen: string[] = [];
  let hotel: Hotel;
  beforeAll(async () => {
    hotel = await openHotel(manifests);
  });
  afterAll(() => {
    hotel.close();
    if (process.env["UPDATE_TRANSCRIPTS"]) writeTranscript(path, entries, seen);
  });

  // In order: what one line does, the next one sees.
  test.each(entries.map((entry, index) => ({ ...entry, line: `${index + 1}: ${entry.command}` })))(
    "$line",
    async (entry) => {
      const printed = await replay(hotel, entry);
      seen.push(printed);
      if (!process.env["UPDATE_TRANSCRIPTS"]) expect(printed).toBe(entry.printed);
    },
  );
});
