// The nginx.conf that real ingress-nginx would write for a table, printed from the table: the
// parts that decide (servers, locations, redirects, access), each line tied to what made it.

import { unreachable } from "../../../base/assert.ts";
import type { ConfigurationLine } from "../../configuration.ts";
import type { AccessCheck, Filter } from "../../filters.ts";
import { hostNames, hostOf } from "../../hosts.ts";
import type { HostTable, Route, RouteTable } from "../../table.ts";

/** The servers of a table, the catch-all server first. */
export function nginxConf(table: RouteTable): ConfigurationLine[] {
  const named = new Map(hostNames(table.exact).map((name) => [name, hostOf(table.exact, name)!]));
  for (const [i, name] of table.wildcard.names.entries()) {
    named.set(`*.${name}`, table.wildcard.tables[i]!);
  }
  const servers = new Map<HostTable, string[]>(); // aliases share the table of their host
  for (const [name, host] of named) servers.set(host, [...(servers.get(host) ?? []), name]);
  const lines: ConfigurationLine[] = [];
  if (table.any) lines.push(...server(table.any, ["_"]));
  for (const [host, names] of servers) {
    const aliases = names.filter((name) => name !== host.host);
    lines.push({ text: "" }, ...server(host, [host.host, ...aliases]));
  }
  return lines;
}

function server(host: HostTable, names: readonly string[]): ConfigurationLine[] {
  const { tls, certificate, clientAuth } = host.server;
  const isDefault = names[0] === "_" ? " default_server reuseport backlog=4096" : "";
  const lines: ConfigurationLine[] = [
    { text: `## start server ${names[0]}` },
    { text: "server {" },
    { text: `\tserver_name ${names.join(" ")} ;` },
    { text: "" },
    { text: `\tlisten 80${isDefault} ;` },
    { text: `\tlisten 443${isDefault} ssl http2 ;` },
  ];
  if (tls) lines.push({ text: `\t# certificate: ${certificate?.secret ?? "the default one"}` });
  if (clientAuth) {
    lines.push(
      { text: `\tssl_client_certificate ${pemOf(clientAuth.secret)};` },
      { text: `\tssl_verify_client ${clientAuth.verify};` },
      { text: `\tssl_verify_depth ${clientAuth.depth};` },
    );
  }
  for (const route of host.routes) lines.push({ text: "" }, ...location(route));
  return [...lines, { text: "}" }, { text: `## end server ${names[0]}` }];
}

function location(route: Route): ConfigurationLine[] {
  const { source } = route;
  const by = (text: string): ConfigurationLine => ({ text, source });
  const { namespace, name } = source;
  const lines = [by(`\tlocation ${modifier(route)} {`)];
  if (route.backend) {
    const { service, port, upstream } = route.backend;
    lines.push(
      by(`\t\tset $namespace      "${namespace}";`),
      by(`\t\tset $ingress_name   "${name === "_" ? "" : name}";`),
      by(`\t\tset $service_name   "${service}";`),
      by(`\t\tset $service_port   "${port}";`),
      by(`\t\tset $location_path  "${"path" in route.path ? route.path.path : "/"}";`),
      by(`\t\tset $proxy_upstream_name "${upstream}";`),
    );
  }
  for (const filter of route.filters) {
    for (const text of directives(filter)) lines.push(by(`\t\t${text}`));
  }
  if (route.passing) {
    const { bodyBytesMax, connectMs, readMs, sendMs, tryNext, tries } = route.passing;
    lines.push(
      by(`\t\tclient_max_body_size            ${bodyBytesMax};`),
      by(`\t\tproxy_connect_timeout           ${connectMs / 1000}s;`),
      by(`\t\tproxy_send_timeout              ${sendMs / 1000}s;`),
      by(`\t\tproxy_read_timeout              ${readMs / 1000}s;`),
      by(`\t\tproxy_next_upstream             ${tryNext.join(" ") || "off"};`),
      by(`\t\tproxy_next_upstream_tries       ${tries};`),
    );
  }
  if (route.backend) lines.push(by("\t\tproxy_pass http://upstream_balancer;"));
  return [...lines, by("\t}")];
}

function modifier({ path }: Route): string {
  switch (path.type) {
    case "Exact":
      return `= "${path.path}"`;
    case "Prefix":
      // Real nginx gets two: `location /foo/` and `location = /foo`, which together are this.
      return `"${path.path}/"`;
    case "Start":
      return `"${path.path}"`;
    case "Pattern":
      return `~* "${path.pattern.source}"`;
    case "Any":
      return `"/"`;
    default:
      return unreachable(path);
  }
}

/** What a filter is in nginx' words. */
function directives(filter: Filter): string[] {
  switch (filter.type) {
    case "redirect":
      return [`return ${filter.status} ${filter.template};`];
    case "deny":
      return [`# ${filter.why}`, `return ${filter.status};`];
    case "fixed":
      return [`return ${filter.status};`];
    case "cors":
      return [`# CORS: ${filter.origins?.join(", ") ?? "*"}, ${filter.methods}`];
    case "rewrite":
      return [
        ...(filter.log ? ["rewrite_log on;"] : []),
        `rewrite "${filter.pattern.source}" ${filter.template} break;`,
        ...(filter.prefix === undefined
          ? []
          : [`proxy_set_header X-Forwarded-Prefix "${filter.prefix}";`]),
      ];
    case "https":
      return [`set $force_ssl_redirect "${filter.always}";`, `set $ssl_redirect "true";`];
    case "connections":
      return [`limit_conn ${filter.zone} ${filter.max};`];
    case "rate":
      return [`limit_req zone=${filter.zone} burst=${filter.burst} nodelay;`];
    case "access":
      return [`satisfy ${filter.satisfy};`, ...filter.checks.flatMap(check)];
    case "responseHeaders":
      return [
        ...filter.set.map(([name, value]) => `more_set_headers "${name}: ${value}";`),
        ...(filter.added ?? []).map(([name, value, always]) => {
          return `add_header ${name} "${value}"${always ? " always" : ""};`;
        }),
      ];
    case "requestHeaders":
      return filter.set.map(([name, value]) => `more_set_input_headers "${name}: ${value}";`);
    case "errors":
      return filter.statuses.map(
        (status) => `error_page ${status} = @custom_${filter.upstream}_${status};`,
      );
    case "steps":
      return []; // Gateway API's, which nginx never has
    default:
      return unreachable(filter);
  }
}

function check(one: AccessCheck): string[] {
  switch (one.type) {
    case "ranges":
      return [
        ...one.deny.map((range) => `deny ${range};`),
        ...one.allow.map((range) => `allow ${range};`),
        ...(one.allow.length > 0 ? ["deny all;"] : []),
      ];
    case "basic":
      return [`auth_basic "${one.realm}";`, `auth_basic_user_file ${one.file};`];
    case "external":
      return [`auth_request ${one.urlTemplate};`];
    default:
      return unreachable(one);
  }
}

function pemOf(secret: string): string {
  return `/etc/ingress-controller/ssl/${secret.replace("/", "-")}.pem`;
}
