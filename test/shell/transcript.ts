// Transcripts: a terminal session as text, run again and compared.
//
//   $ kubectl get pods
//   No resources found in default namespace.
//   $ kubectl get foo
//   error: the server doesn't have a resource type "foo"
//   [1]
//
// After the command stands what it printed, stderr and stdout as they came, with what differs
// from run to run masked; then the exit status, unless it is 0. A line "# …" is a comment, and
// "% 5s" lets five seconds of cluster time pass.

import { readFileSync, writeFileSync } from "node:fs";
import type { Hotel } from "./cluster.ts";

export interface Entry {
  readonly command: string;
  readonly printed: string;
  /** Cluster time to pass before it, in milliseconds. */
  readonly pauseMs: number;
  readonly comments: readonly string[];
}

export function parseTranscript(text: string): Entry[] {
  const out: { command: string; printed: string; pauseMs: number; comments: string[] }[] = [];
  let comments: string[] = [];
  let pauseMs = 0;
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const pause = /^% (\d+)s$/.exec(line);
    if (line.startsWith("$ ")) {
      out.push({ command: line.slice(2), printed: "", pauseMs, comments });
      comments = [];
      pauseMs = 0;
    } else if (pause) pauseMs = Number(pause[1]) * 1000;
    else if (/^# /.test(line) && (out.length === 0 || out.at(-1)!.printed.endsWith("\n#\n"))) {
      comments.push(line);
    } else if (out.length > 0) out.at(-1)!.printed += `${line}\n`;
  }
  return out;
}

/** What a command prints, masked, with its status. */
export async function replay(hotel: Hotel, { command, pauseMs }: Entry): Promise<string> {
  if (pauseMs > 0) await hotel.pass(pauseMs);
  const { out, err, status } = await hotel.result(command);
  return printedAs({ out, err, status });
}

/** What was printed as a transcript has it. */
export function printedAs(o: { out: string; err: string; status: number }): string {
  const printed = masked(o.err + o.out);
  const ended = printed === "" || printed.endsWith("\n") ? printed : `${printed}\n`;
  return ended + (o.status === 0 ? "" : `[${o.status}]\n`);
}

const masks: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "UID"],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "TIME"],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9} \+0000/g, "TIME"],
  [/\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d/g, "TIME"],
  [/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000/g, "TIME"],
  [/W\d{4} [\d:.]+/g, "TIME"],
  [/(resourceVersion"?: )"\d+"/g, '$1"N"'],
  [/(containerd:\/\/|sha256:)[0-9a-f]{64}/g, "$1HASH"],
  [/"[0-9a-f]{64}"/g, '"HASH"'],
  [/(LIVE|MERGED)-\d+/g, "$1-N"],
  [/-[bcdfghjklmnpqrstvwxz2456789]{8,10}(-[bcdfghjklmnpqrstvwxz2456789]{5})?\b/g, "-HASH"],
  [/(pod-template-hash[=:] ?)\w+/g, "$1HASH"],
  [/\b(app2?|np|web|kube-dns)-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, "$1-HASH"],
  [/\b10\.244\.\d+\.\d+/g, "POD-IP"],
  [/\b10\.96\.(?!0\.1\b)\d+\.\d+/g, "CLUSTER-IP"],
  [/:3\d{4}\/TCP/g, ":NODE-PORT/TCP"],
  [/\b3[0-2]\d{3}\b/g, "NODE-PORT"],
  [/\b(\d+d)?(\d+h)?(\d+m)?(\d+(\.\d+)?)s\b/g, "AGE"],
  [/Image size: \d+/g, "Image size: N"],
  [/(Waiting for deployment .*\n)+/g, "Waiting for deployment …\n"],
  [/[ ]+/g, " "],
  [/ $/gm, ""],
];

/** What differs from run to run is named by what it is; columns count as one blank. */
function masked(text: string): string {
  return masks.reduce((all, [pattern, word]) => all.replace(pattern, word), text);
}

/** Writes a transcript anew: UPDATE_TRANSCRIPTS=1. Read the difference before you keep it. */
export function writeTranscript(
  path: URL,
  entries: readonly Entry[],
  seen: readonly string[],
): void {
  const text = entries.map(({ command, pauseMs, comments }, index) => {
    const pause = pauseMs > 0 ? `% ${pauseMs / 1000}s\n` : "";
    return `${comments.map((line) => `${line}\n`).join("")}${pause}$ ${command}\n${seen[index]}`;
  });
  writeFileSync(path, text.join(""));
}

export function readTranscript(path: URL): Entry[] {
  return parseTranscript(readFileSync(path, "utf8"));
}
