// -w: a format with %{variables}, printed when a transfer is over (src/tool_writeout.c).

import type { HeaderField } from "../../../net/http/message.ts";
import { notHere } from "../../command.ts";

/** All that is known of a transfer when it is over. Times are milliseconds from its start. */
export interface Report {
  readonly url: string;
  readonly effectiveUrl: string;
  readonly urlNumber: number;
  readonly scheme: "http" | "https" | undefined;
  readonly method: string;
  readonly status: number;
  readonly version: string | undefined;
  readonly headers: readonly HeaderField[];
  readonly redirectUrl: string | undefined;
  readonly redirects: number;
  readonly connects: number;
  readonly local: { readonly ip: string; readonly port: number } | undefined;
  readonly remote: { readonly ip: string; readonly port: number } | undefined;
  readonly referer: string | undefined;
  readonly file: string | undefined;
  readonly exitCode: number;
  readonly error: string | undefined;
  readonly headBytes: number;
  readonly requestBytes: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly lookupMs: number;
  readonly connectMs: number;
  readonly secureMs: number;
  /** OpenSSL's number for what is wrong with the server's certificate. */
  readonly verifyResult: number;
  /** How many certificates the server showed. */
  readonly certificates: number;
  readonly beginMs: number;
  readonly firstByteMs: number;
  readonly redirectMs: number;
  readonly totalMs: number;
}

/** What a format becomes: pieces for stdout and stderr, in order. */
export type Piece = { readonly to: "stdout" | "stderr"; readonly text: string };

/** Fills in a format. */
export function writeOut(format: string, report: Report): readonly Piece[] {
  const pieces: Piece[] = [];
  let to: Piece["to"] = "stdout";
  const say = (text: string, where = to): void => void pieces.push({ to: where, text });
  const tokens = /%header\{([^}]*)\}|%\{([^}]*)\}|%output\{[^}]*\}|%%|\\(.)|[\s\S]/g;
  for (const [token, field, name, escaped] of format.matchAll(tokens)) {
    if (field !== undefined) say(fieldOf(report, field));
    else if (token === "%%") say("%");
    else if (token.startsWith("%output{")) say(`curl: ${notHere("%output{} of -w")}\n`, "stderr");
    else if (escaped !== undefined) say(escapes[escaped] ?? token);
    else if (name === "stdout" || name === "stderr") to = name;
    else if (name === "onerror") {
      if (report.exitCode === 0) break;
    } else if (name === undefined) say(token);
    else if (name === "json") say(json(report));
    else if (name === "header_json") say(headerJson(report));
    else if (variables[name]) say(variables[name](report));
    else if (!certificates.has(name)) {
      say(`curl: unknown --write-out variable: '${name}'\n`, "stderr");
    }
  }
  return pieces;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

const seconds = (ms: number): string => (Math.max(0, ms) / 1000).toFixed(6);

/** Bytes a second. */
function speed(bytes: number, { totalMs }: Report): string {
  return String(totalMs > 0 ? Math.floor((bytes * 1000) / totalMs) : 0);
}

function fieldOf({ headers }: Report, wanted: string): string {
  const name = wanted.toLowerCase();
  return headers.find(([field]) => field.toLowerCase() === name)?.[1] ?? "";
}

function code(status: number): string {
  return String(status).padStart(3, "0");
}

/** Empty until the handshake of https is here. */
const certificates = new Set(["certs"]);

const variables: Readonly<Record<string, (report: Report) => string>> = {
  certs: () => "",
  content_type: (report) => fieldOf(report, "content-type"),
  errormsg: ({ error = "" }) => error,
  exitcode: ({ exitCode }) => String(exitCode),
  filename_effective: ({ file = "" }) => file,
  ftp_entry_path: () => "",
  http_code: ({ status }) => code(status),
  http_connect: () => "000",
  http_version: ({ version }) => version?.slice("HTTP/".length) ?? "0",
  local_ip: ({ local }) => local?.ip ?? "",
  local_port: ({ local }) => String(local?.port ?? 0),
  method: ({ method }) => method,
  num_certs: ({ certificates }) => String(certificates),
  num_connects: ({ connects }) => String(connects),
  num_headers: ({ headers }) => String(headers.length),
  num_redirects: ({ redirects }) => String(redirects),
  proxy_ssl_verify_result: () => "0",
  redirect_url: ({ redirectUrl = "" }) => redirectUrl,
  referer: ({ referer = "" }) => referer,
  remote_ip: ({ remote }) => remote?.ip ?? "",
  remote_port: ({ remote }) => String(remote?.port ?? 0),
  response_code: ({ status }) => code(status),
  scheme: ({ scheme }) => scheme?.toUpperCase() ?? "",
  size_download: ({ receivedBytes }) => String(receivedBytes),
  size_header: ({ headBytes }) => String(headBytes),
  size_request: ({ requestBytes }) => String(requestBytes),
  size_upload: ({ sentBytes }) => String(sentBytes),
  speed_download: (report) => speed(report.receivedBytes, report),
  speed_upload: (report) => speed(report.sentBytes, report),
  ssl_verify_result: ({ verifyResult }) => String(verifyResult),
  time_appconnect: ({ secureMs }) => seconds(secureMs),
  time_connect: ({ connectMs }) => seconds(connectMs),
  time_namelookup: ({ lookupMs }) => seconds(lookupMs),
  time_pretransfer: ({ beginMs }) => seconds(beginMs),
  time_redirect: ({ redirectMs }) => seconds(redirectMs),
  time_starttransfer: ({ firstByteMs }) => seconds(firstByteMs),
  time_total: ({ totalMs }) => seconds(totalMs),
  url: ({ url }) => url,
  url_effective: ({ effectiveUrl }) => effectiveUrl,
  urlnum: ({ urlNumber }) => String(urlNumber),
};

/** Variables whose value is text; the others are numbers in %{json}. */
const texts = new Set(
  (
    "certs content_type errormsg filename_effective ftp_entry_path http_version local_ip method " +
    "redirect_url referer remote_ip scheme url url_effective"
  ).split(" "),
);

function json(report: Report): string {
  const fields = Object.entries(variables).map(([name, value]) => {
    const said = value(report);
    if (!texts.has(name)) return `"${name}":${name.startsWith("time_") ? said : Number(said)}`;
    const shown = said === "" && name !== "certs" ? "null" : JSON.stringify(said);
    return `"${name}":${shown}`;
  });
  return `{${fields.join(",")},"curl_version":"libcurl/8.5.0"}`;
}

function headerJson({ headers }: Report): string {
  const byName = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    byName.set(key, [...(byName.get(key) ?? []), value]);
  }
  const lines = [...byName].map(([name, values]) => `"${name}":${JSON.stringify(values)}`);
  return `{${lines.join(",\n")}\n}`;
}
