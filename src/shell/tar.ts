// Archives as tar writes them: POSIX ustar headers of 512 bytes, files padded to 512.

import { joined, noBytes, text, utf8 } from "../base/bytes.ts";

export interface Entry {
  readonly name: string;
  readonly kind: "file" | "folder";
  readonly content: Uint8Array;
}

const block = 512;

export function writeTar(entries: readonly Entry[], nowMs: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    parts.push(headerOf(entry, Math.floor(nowMs / 1000)), entry.content);
    parts.push(new Uint8Array((block - (entry.content.length % block)) % block));
  }
  parts.push(new Uint8Array(2 * block));
  return joined(parts);
}

function headerOf({ name, kind, content }: Entry, seconds: number): Uint8Array {
  const header = new Uint8Array(block);
  const put = (at: number, words: string): void => header.set(utf8(words), at);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, "0");
  const { prefix, rest } = splitName(kind === "folder" ? `${name}/` : name);
  put(0, rest);
  put(100, `${kind === "folder" ? "0000755" : "0000644"}\0`);
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(124, `${octal(content.length, 11)}\0`);
  put(136, `${octal(seconds, 11)}\0`);
  put(148, " ".repeat(8));
  put(156, kind === "folder" ? "5" : "0");
  put(257, "ustar\x0000");
  put(265, "root");
  put(297, "root");
  put(345, prefix);
  const sum = header.reduce((all, byte) => all + byte, 0);
  put(148, `${octal(sum, 6)}\0 `);
  return header;
}

/** Names of more than 100 bytes are cut at a "/" into a prefix and the rest. */
function splitName(name: string): { prefix: string; rest: string } {
  if (name.length <= 100) return { prefix: "", rest: name };
  const cut = name.indexOf("/", name.length - 101);
  return cut < 0
    ? { prefix: "", rest: name.slice(0, 100) }
    : { prefix: name.slice(0, cut), rest: name.slice(cut + 1) };
}

/** Undefined when the bytes are no archive. Links and devices are left out. */
export function readTar(archive: Uint8Array): Entry[] | undefined {
  const entries: Entry[] = [];
  let at = 0;
  let longName: string | undefined;
  while (at + block <= archive.length) {
    const header = archive.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return entries;
    const field = (from: number, length: number): string =>
      text(header.subarray(from, from + length)).replace(/\0.*$/s, "");
    if (!field(257, 6).startsWith("ustar")) return undefined;
    const size = parseInt(field(124, 12).trim() || "0", 8);
    const content = archive.slice(at + block, at + block + size);
    at += block + Math.ceil(size / block) * block;
    const type = field(156, 1);
    if (type === "L") {
      longName = text(content).replace(/\0.*$/s, "");
      continue;
    }
    const prefix = field(345, 155);
    const name = longName ?? (prefix ? `${prefix}/` : "") + field(0, 100);
    longName = undefined;
    if (type === "5")
      entries.push({ name: name.replace(/\/$/, ""), kind: "folder", content: noBytes });
    else if (type === "0" || type === "") entries.push({ name, kind: "file", content });
  }
  return archive.length === 0 ? undefined : entries;
}
