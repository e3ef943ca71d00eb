// What curl's options make of a request: its method, its fields, its content.

import { base64, concat, text as decode, utf8 } from "../../../base/bytes.ts";
import type { HeaderField } from "../../../net/http/message.ts";
import { CommandError, pathOf, type Call } from "../../command.ts";
import { FileError } from "../../files.ts";
import { readAll } from "../../streams.ts";
import { tryHelp, type CurlOptions } from "./options.ts";
import type { Transfers } from "./transfer.ts";
import type { CurlUrl } from "./url.ts";

export const curlVersion = "7.88.1";

/** The request's content: -d and its like joined by "&", or a file of -T. */
export async function bodyOf(call: Call, options: CurlOptions): Promise<Uint8Array | undefined> {
  const upload = options.text("upload-file");
  if (upload !== undefined) return readInput(call, upload);
  if (options.data.length === 0) return undefined;
  const parts: Uint8Array[] = [];
  for (const { by, text } of options.data) {
    if (parts.length > 0 && by !== "json") parts.push(utf8("&"));
    parts.push(await dataOf(call, by, text));
  }
  return concat(...parts);
}

async function dataOf(call: Call, by: string, text: string): Promise<Uint8Array> {
  if (by === "data-urlencode") {
    const found = /^([^=@]*)([=@])([\s\S]*)$/.exec(text);
    const [, name = "", mark = "=", rest = text] = found ?? [];
    const value = mark === "@" ? decode(await readInput(call, rest)) : rest;
    return utf8((name === "" ? "" : `${name}=`) + encodeURIComponent(value).replaceAll("%20", "+"));
  }
  if (by === "data-raw" || !text.startsWith("@")) return utf8(text);
  const bytes = await readInput(call, text.slice(1));
  return by === "data-binary" || by === "json" ? bytes : utf8(decode(bytes).replace(/[\r\n]/g, ""));
}

async function readInput(call: Call, name: string): Promise<Uint8Array> {
  if (name === "-") return readAll(call.stdin);
  try {
    return call.world.files.read(pathOf(call, name));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new CommandError(
      `curl: option -d: error encountered when reading a file\n${tryHelp}`,
      26,
    );
  }
}

export function methodOf(options: CurlOptions, body: Uint8Array | undefined): string {
  const given = options.text("request");
  if (given !== undefined) return given;
  if (options.is("head")) return "HEAD";
  if (options.text("upload-file") !== undefined) return "PUT";
  return body === undefined ? "GET" : "POST";
}

/** The fields in curl's order; -H changes, removes ("Name:") and adds. */
export function headersOf(
  options: CurlOptions,
  { jar, call }: Transfers,
  url: CurlUrl,
  body: Uint8Array | undefined,
  sameHost: boolean,
): HeaderField[] {
  const custom = options
    .all("header")
    .map(parseHeader)
    .filter((field) => field !== undefined);
  const user =
    options.text("user") ??
    (url.user === undefined ? undefined : `${url.user}:${url.password ?? ""}`);
  const literal = options.all("cookie").filter((one) => one.includes("="));
  const cookie = [jar?.for(url, call.world.clock.now()), ...literal]
    .filter((one) => one !== undefined)
    .join("; ");
  const host = url.host.includes(":") ? `[${url.host}]` : url.host;
  const json = options.data.some(({ by }) => by === "json");
  const upload = options.text("upload-file") !== undefined;
  const usual: HeaderField[] = [
    ["Host", url.defaultPort ? host : `${host}:${url.port}`],
    ...(user !== undefined && sameHost
      ? [
          [
            "Authorization",
            `Basic ${base64(utf8(user.includes(":") ? user : `${user}:`))}`,
          ] as const,
        ]
      : []),
    ["User-Agent", options.text("user-agent") ?? `curl/${curlVersion}`],
    ...(json ? [["Content-Type", "application/json"] as const] : []),
    ["Accept", json ? "application/json" : "*/*"],
    ...(options.is("compressed") ? [["Accept-Encoding", "deflate, gzip, br, zstd"] as const] : []),
    ...(options.text("referer") !== undefined
      ? [["Referer", options.text("referer")!] as const]
      : []),
    ...(cookie !== "" ? [["Cookie", cookie] as const] : []),
  ];
  const closing: HeaderField[] =
    body === undefined
      ? []
      : [
          ["Content-Length", String(body.length)],
          ...(!upload && !json
            ? [["Content-Type", "application/x-www-form-urlencoded"] as const]
            : []),
          ...(body.length > 1024 * 1024 ? [["Expect", "100-continue"] as const] : []),
        ];
  const named = (field: HeaderField): string => field[0].toLowerCase();
  const replaced = new Map(custom.map((field) => [named(field), field]));
  const kept = (fields: readonly HeaderField[]): HeaderField[] =>
    fields.flatMap((field) => {
      const other = replaced.get(named(field));
      if (other === undefined) return [field];
      return named(field) === "host" && other[1] !== "" ? [other] : [];
    });
  const added = custom.filter((field) => field[1] !== "" && !(named(field) === "host"));
  return [
    ...kept(usual),
    ...added.map((field): HeaderField => [field[0], field[1] === "\0" ? "" : field[1]]),
    ...kept(closing),
  ];
}

/** "Name: value"; "Name:" removes, "Name;" sends an empty value. */
function parseHeader(text: string): HeaderField | undefined {
  const colon = text.indexOf(":");
  if (colon > 0) return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
  return text.endsWith(";") ? [text.slice(0, -1), "\0"] : undefined;
}
