// Who may come in, as annotations say it: passwords, another server's word, address ranges,
// client certificates. They name Secrets and ConfigMaps; one that is unusable denies the location.

import { fromBase64, text } from "../../../base/bytes.ts";
import { ConfigMap } from "../../../api/kinds/configmap.ts";
import { Secret } from "../../../api/kinds/secret.ts";
import type { AccessCheck, AuthCache, ExternalCheck } from "../../filters.ts";
import { compilePattern, PatternError } from "../../pattern/pattern.ts";
import type { ClientAuth } from "../../table.ts";
import type { Reading } from "./options.ts";
import { cacheTimes, splitList } from "./settings.ts";
import { headerName } from "./values.ts";

/** A location that must answer 503, with the reason. */
export class LocationDenied extends Error {
  override name = "LocationDenied";
}

type Check<T extends AccessCheck["type"]> = (AccessCheck & { readonly type: T }) | undefined;

/** auth-type: a password. */
export function basicOf(reading: Reading): Check<"basic"> {
  const { a, ingress, namespace, world } = reading;
  const type = a.text("auth-type");
  if (type === undefined) return undefined;
  const name = a.text("auth-secret");
  if (name === undefined) throw new LocationDenied("error reading secret name from annotation");
  const key = secretKey(name, reading);
  const secret = world.get(Secret, key);
  if (!secret) {
    const why = `no object matching key "${key}" in local store`;
    throw new LocationDenied(`unexpected error reading secret ${key}: ${why}`);
  }
  const data = secret.data ?? {};
  const file = `/etc/ingress-controller/auth/${namespace}-${ingress.metadata.name}`;
  return {
    type: "basic",
    realm: a.text("auth-realm") ?? "",
    users: a.text("auth-secret-type") === "auth-map" ? mapUsers(data) : fileUsers(data, secret),
    file: `${file}-${secret.metadata.uid ?? ""}.passwd`,
  };
}

function secretKey(name: string, { namespace: own, settings }: Reading): string {
  if (!name.includes("/")) return `${own}/${name}`;
  const [namespace = ""] = name.split("/");
  if (namespace !== own && !settings.allowCrossNamespace) {
    throw new LocationDenied("cross namespace usage of secrets is not allowed");
  }
  return name;
}

/** auth-url: another server is asked. */
export function externalOf(reading: Reading): ExternalCheck | undefined {
  const { a, ingress } = reading;
  const raw = ingress.metadata.annotations?.["nginx.ingress.kubernetes.io/auth-url"];
  const url = a.text("auth-url");
  if (raw === undefined || raw === "" || url === undefined) return undefined;
  const wrong = whyNoUrl(url);
  if (wrong) throw new LocationDenied(`could not parse auth-url annotation: ${wrong}`);
  return {
    type: "external",
    urlTemplate: url,
    method: a.text("auth-method") ?? "",
    signinTemplate: a.text("auth-signin") ?? "",
    redirectParameter: a.text("auth-signin-redirect-param") ?? "rd",
    responseHeaders: splitList(a.text("auth-response-headers") ?? ""),
    requestRedirect: a.text("auth-request-redirect") ?? "",
    requestHeaders: configMapOf(reading, a.text("auth-proxy-set-headers"), "proxy-set-headers"),
    alwaysSetCookie: a.flag("auth-always-set-cookie", false),
    ...cacheOf(a.text("auth-cache-key"), a.text("auth-cache-duration")),
  };
}

/** Address ranges that are let in or kept out. */
export function rangesOf({ a, settings }: Reading): Check<"ranges"> {
  const { allowRanges, denyRanges } = settings;
  const list = a.text("allowlist-source-range") ?? a.text("whitelist-source-range");
  const allow = list === undefined ? allowRanges : splitList(list);
  const denied = a.text("denylist-source-range");
  const deny = denied === undefined ? denyRanges : splitList(denied);
  return allow.length + deny.length > 0 ? { type: "ranges", allow, deny } : undefined;
}

/** auth-tls: certificates that clients must show. */
export function clientAuthOf({ a, namespace, world }: Reading): ClientAuth | undefined {
  const name = a.text("auth-tls-secret");
  if (name === undefined) return undefined;
  const secret = name.includes("/") ? name : `${namespace}/${name}`;
  const found = world.get(Secret, secret);
  const verify = a.text("auth-tls-verify-client") ?? "on";
  let matchCn: ClientAuth["matchCn"];
  try {
    const cn = a.text("auth-tls-match-cn");
    if (cn !== undefined) matchCn = compilePattern(cn, { ignoreCase: false });
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
  }
  return {
    secret,
    verify: verify as ClientAuth["verify"],
    depth: a.number("auth-tls-verify-depth", 1),
    errorPage: a.text("auth-tls-error-page") ?? "",
    passToUpstream: a.flag("auth-tls-pass-certificate-to-upstream", false),
    matchCn,
    error: found?.data?.["ca.crt"] ? "" : `error obtaining certificate: no ca.crt in "${secret}"`,
  };
}

/** Fields of answers, out of a ConfigMap: what looks like a variable there is none. */
export function customHeadersOf(reading: Reading): (readonly [string, string])[] {
  const data = configMapOf(reading, reading.a.text("custom-headers"), "client-headers");
  const allowed = new Set(reading.settings.allowedResponseHeaders.map((x) => x.toLowerCase()));
  for (const name of Object.keys(data)) {
    if (allowed.has(name.toLowerCase())) continue;
    throw new LocationDenied(
      `header ${name} is not allowed, defined allowed headers inside global-allowed-response-headers`,
    );
  }
  return Object.entries(data).map(([name, value]) => [name, literal(value)]);
}

/** Models escapeLiteralDollar of the template. */
function literal(value: string): string {
  return value.replaceAll("$", "${literal_dollar}");
}

function configMapOf(
  { namespace, world }: Reading,
  name: string | undefined,
  what: string,
): Readonly<Record<string, string>> {
  if (name === undefined) return {};
  const key = name.includes("/") ? name : `${namespace}/${name}`;
  const found = world.get(ConfigMap, key);
  if (!found) throw new LocationDenied(`unable to find configMap "${name}"`);
  const data = found.data ?? {};
  if (!Object.keys(data).every(headerName)) {
    throw new LocationDenied(`invalid ${what} in configmap`);
  }
  return data;
}

/** htpasswd lines under the key `auth`. */
function fileUsers(data: Readonly<Record<string, string>>, secret: Secret): Record<string, string> {
  if (data.auth === undefined) {
    const { name } = secret.metadata;
    throw new LocationDenied(`the secret ${name} does not contain a key with value auth`);
  }
  const users: Record<string, string> = {};
  for (const line of text(fromBase64(data.auth)).split("\n")) {
    const [user = "", hash] = line.trim().split(":");
    if (hash !== undefined && !user.startsWith("#")) users[user] ??= hash;
  }
  return users;
}

/** Each key a user, its value the hash. */
function mapUsers(data: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([user, hash]) => [user, text(fromBase64(hash)).trim()]),
  );
}

/** What parser.StringToURL says against a URL. */
function whyNoUrl(url: string): string | undefined {
  const parts = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)/.exec(url);
  if (!parts) return "url scheme is empty";
  if (parts[2] === "") return "url host is empty";
  return parts[2]!.includes("..") ? "invalid url host" : undefined;
}

/** How long answers of the asked server are good. */
export function cacheOf(key: string | undefined, times: string | undefined): { cache?: AuthCache } {
  if (key === undefined || key === "") return {};
  return { cache: { keyTemplate: key, secondsOf: cacheTimes(times ?? "200 202 401 5m") } };
}
