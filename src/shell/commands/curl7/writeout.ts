// curl -w: %{http_code} and its siblings, as curl 7.88 prints them.

import { header } from "../../../net/http/message.ts";
import { unescapeText } from "../../words.ts";
import type { Facts } from "./transfer.ts";

/** @param fault the exit code and the words of what ended the transfer, if something did. */
export function writeOut(
  format: string,
  facts: Facts,
  fault: { code: number; message: string } | undefined,
): { out: string; err: string } {
  const parts = { out: "", err: "" };
  let to: "out" | "err" = "out";
  const pattern = /%\{([\w]+)\}|%header\{([^}]*)\}|%%|\\[nrt\\]|[\s\S]/g;
  for (const [all, name, field] of format.matchAll(pattern)) {
    if (name === "stderr" || name === "stdout") to = name === "stderr" ? "err" : "out";
    else if (name === "json") parts[to] += JSON.stringify(allOf(facts, fault));
    else if (name !== undefined) {
      const value = valueOf(name, facts, fault);
      if (value === undefined) parts.err += `curl: unknown --write-out variable: '${name}'\n`;
      else parts[to] += value;
    } else if (field !== undefined) parts[to] += header(facts.response?.headers ?? [], field) ?? "";
    else parts[to] += all === "%%" ? "%" : all.startsWith("\\") ? unescapeText(all) : all;
  }
  return parts;
}

type Reader = (
  facts: Facts,
  fault: { code: number; message: string } | undefined,
) => string | number;

const seconds = (ms: number): string => (ms / 1000).toFixed(6);

const variables: Readonly<Record<string, Reader>> = {
  content_type: ({ response }) => header(response?.headers ?? [], "content-type") ?? "",
  errormsg: (_, fault) => fault?.message ?? "",
  exitcode: (_, fault) => fault?.code ?? 0,
  http_code: ({ response }) => String(response?.status ?? 0).padStart(3, "0"),
  http_connect: () => "000",
  http_version: ({ response }) => response?.version.slice(5) ?? "0",
  local_ip: ({ connection }) => connection?.local.ip ?? "",
  local_port: ({ connection }) => connection?.local.port ?? 0,
  method: ({ method }) => method,
  num_connects: ({ connects }) => connects,
  num_headers: ({ response }) => response?.headers.length ?? 0,
  num_redirects: ({ redirects }) => redirects,
  redirect_url: ({ redirectUrl }) => redirectUrl,
  remote_ip: ({ connection }) => connection?.remote.ip ?? "",
  remote_port: ({ connection }) => connection?.remote.port ?? 0,
  response_code: ({ response }) => String(response?.status ?? 0).padStart(3, "0"),
  scheme: ({ url }) => url.scheme.toUpperCase(),
  size_download: ({ downloaded }) => downloaded,
  size_header: ({ headerBytes }) => headerBytes,
  size_request: () => 0,
  size_upload: ({ uploaded }) => uploaded,
  speed_download: ({ downloaded, totalMs }) =>
    Math.round(totalMs > 0 ? (downloaded * 1000) / totalMs : 0),
  speed_upload: ({ uploaded, totalMs }) =>
    Math.round(totalMs > 0 ? (uploaded * 1000) / totalMs : 0),
  ssl_verify_result: () => 0,
  time_appconnect: () => seconds(0),
  time_connect: ({ connectMs }) => seconds(connectMs),
  time_namelookup: ({ lookupMs }) => seconds(lookupMs),
  time_pretransfer: ({ connectMs }) => seconds(connectMs),
  time_redirect: () => seconds(0),
  time_starttransfer: ({ firstByteMs }) => seconds(firstByteMs),
  time_total: ({ totalMs }) => seconds(totalMs),
  url: ({ url }) => url.text,
  url_effective: ({ url }) => url.text,
};

function valueOf(
  name: string,
  facts: Facts,
  fault: { code: number; message: string } | undefined,
): string | undefined {
  const read = variables[name];
  return read === undefined ? undefined : String(read(facts, fault));
}

function allOf(facts: Facts, fault: { code: number; message: string } | undefined): object {
  return Object.fromEntries(
    Object.entries(variables).map(([name, read]) => [name, read(facts, fault)]),
  );
}
