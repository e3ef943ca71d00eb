// What -d and its family send: texts and files, joined.

import { concat, latin1, utf8 } from "../../../base/bytes.ts";
import { FileError } from "../../files.ts";
import { pathOf, type Call } from "../../command.ts";
import { readAll } from "../../streams.ts";

export type DataOption = "data" | "data-raw" | "data-binary" | "data-urlencode" | "json";

/** A file that an option names cannot be read; the caller says so in curl's words. */
export class UnreadableFile extends Error {
  override name = "UnreadableFile";
}

/** One option's bytes. Throws UnreadableFile. */
export async function dataOf(option: DataOption, value: string, call: Call): Promise<Uint8Array> {
  if (option === "data-urlencode") return utf8(await urlEncoded(value, call));
  if (!value.startsWith("@") || option === "data-raw") return utf8(value);
  const bytes = await readSource(value.slice(1), call);
  if (option !== "data") return bytes;
  // -d @FILE leaves line ends and NULs out.
  return bytes.filter((byte) => byte !== 0x0a && byte !== 0x0d && byte !== 0);
}

/** More data behind what was given before: "&" between, but not for --json. */
export function joinData(
  before: Uint8Array | undefined,
  more: Uint8Array,
  option: DataOption,
): Uint8Array {
  if (before === undefined) return more;
  return before.length === 0 || option === "json"
    ? concat(before, more)
    : concat(before, utf8("&"), more);
}

/** NAME=CONTENT, =CONTENT, NAME@FILE, @FILE or CONTENT, with the content percent-encoded. */
export async function urlEncoded(value: string, call: Call): Promise<string> {
  let at = value.indexOf("=");
  if (at < 0) at = value.indexOf("@");
  const name = at < 0 ? "" : value.slice(0, at);
  const content =
    value[at] === "@" ? await readSource(value.slice(at + 1), call) : utf8(value.slice(at + 1));
  const encoded = percentEncoded(content).replaceAll("%20", "+");
  return name === "" ? encoded : `${name}=${encoded}`;
}

/** A file, or standard input for "-". Throws UnreadableFile. */
export async function readSource(name: string, call: Call): Promise<Uint8Array> {
  if (name === "-") return readAll(call.stdin);
  try {
    return call.world.files.read(pathOf(call, name));
  } catch (error) {
    if (error instanceof FileError) throw new UnreadableFile(name);
    throw error;
  }
}

/** RFC 3986's unreserved characters stay; every other byte becomes %XX. */
function percentEncoded(bytes: Uint8Array): string {
  return latin1(bytes).replace(
    /[^A-Za-z0-9\-._~]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
