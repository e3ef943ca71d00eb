// nginx variables in templates: "$scheme://$host$request_uri". Unknown ones are empty, as with
// `uninitialized_variable_warn off`.

import type { Exchange } from "./exchange.ts";
import { escapeComponent } from "./uri.ts";

/** What some templates may use beside the request: capture groups, fixed values. */
export type Extra = Readonly<Record<string, string | undefined>>;

/** The text of a template for a request. `$1` … `$9` come from `groups`. */
export function expand(
  template: string,
  exchange: Exchange,
  {
    groups = [],
    extra = {},
    escape = (value) => value,
    missing = "",
  }: {
    groups?: readonly (string | undefined)[];
    extra?: Extra;
    escape?: (value: string) => string;
    /** What stands for a variable that there is none of. */
    missing?: string;
  } = {},
): string {
  if (!template.includes("$")) return template;
  return template.replace(/\$(?:\{(\w+)\}|(\d)|([A-Za-z_]\w*))/g, (_, braced, digit, name) => {
    if (digit !== undefined) return groups[Number(digit)] ?? "";
    const wanted = (braced ?? name) as string;
    const known = Object.hasOwn(extra, wanted) ? extra[wanted] : variable(wanted, exchange);
    return known === undefined ? missing : escape(known);
  });
}

function variable(name: string, x: Exchange): string | undefined {
  if (Object.hasOwn(variables, name)) return variables[name]!(x);
  if (name.startsWith("http_")) return x.header(name.slice(5).replaceAll("_", "-"));
  if (name.startsWith("cookie_")) return x.cookie(name.slice(7));
  if (name.startsWith("arg_")) return new URLSearchParams(x.args).get(name.slice(4)) ?? undefined;
  return undefined;
}

const variables: Readonly<Record<string, (x: Exchange) => string>> = {
  scheme: (x) => x.scheme,
  host: (x) => x.host,
  http_host: (x) => x.httpHost,
  best_http_host: (x) => x.bestHost,
  pass_access_scheme: (x) => x.passScheme,
  redirect_scheme: (x) => x.passScheme,
  pass_port: (x) => x.passPort,
  redirect_port: (x) => x.forwardedPort ?? String(x.local.port),
  request_uri: (x) => x.uri.raw,
  request_uri_unslashed: (x) => x.uri.raw.replace(/\/$/, ""),
  escaped_request_uri: (x) => escapeComponent(x.uri.raw),
  uri: (x) => x.path,
  args: (x) => x.args,
  query_string: (x) => x.args,
  is_args: (x) => (x.args === "" ? "" : "?"),
  request_method: (x) => x.request.method,
  request: (x) => x.requestLine,
  server_protocol: (x) => x.request.version,
  server_port: (x) => (x.scheme === "https" ? "443" : String(x.local.port)),
  server_addr: (x) => x.local.ip,
  remote_addr: (x) => x.remoteAddr,
  remote_port: (x) => String(x.client.port),
  the_real_ip: (x) => x.remoteAddr,
  realip_remote_addr: (x) => x.client.ip,
  remote_user: (x) => x.remoteUser,
  binary_remote_addr: (x) => x.remoteAddr,
  req_id: (x) => x.id,
  request_id: (x) => x.id,
  proxy_upstream_name: (x) => x.upstreamName,
  proxy_host: (x) => x.upstreamName,
  proxy_alternative_upstream_name: (x) => x.alternativeName,
  namespace: (x) => x.route?.source.namespace ?? "",
  ingress_name: (x) => x.route?.source.name ?? "",
  service_name: (x) => x.route?.backend?.service ?? "",
  service_port: (x) => x.route?.backend?.port ?? "",
  location_path: (x) => locationPath(x),
  https: (x) => (x.scheme === "https" ? "on" : ""),
  literal_dollar: () => "$",
};

/** The path of the rule as it was written. */
export function locationPath({ route }: Exchange): string {
  const path = route?.path;
  return path === undefined || path.type === "Any" ? "/" : path.path;
}
