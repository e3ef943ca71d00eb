// Who may come in: address ranges, passwords, and the word of another server. With `satisfy all`
// every check must let the request pass, with `any` one is enough.
// Models nginx' access phase (ngx_http_access, _auth_basic, _auth_request).

import { fromBase64, text } from "../../base/bytes.ts";
import type { Clock } from "../../base/clock.ts";
import type { Host, Network } from "../../net/network.ts";
import type { AccessCheck, AccessFilter } from "../filters.ts";
import type { Passwords } from "../passwords/htpasswd.ts";
import type { Exchange } from "./exchange.ts";
import type { ExternalAuth } from "./externalauth.ts";
import type { Outcome } from "./outcome.ts";
import { inAny } from "./ranges.ts";
import { signIn } from "./signin.ts";

export interface AccessTools {
  passwords(): Promise<Passwords>;
  external(): Promise<ExternalAuth>;
}

/** Both are fetched with the first request that needs them: few hotels have either. */
export function accessTools(o: { network: Network; host: Host; clock: Clock }): AccessTools {
  let passwords: Promise<Passwords> | undefined;
  let external: Promise<ExternalAuth> | undefined;
  const fetchPasswords = async (): Promise<Passwords> => {
    const { Passwords } = await import("../passwords/htpasswd.ts");
    return new Passwords();
  };
  const fetchExternal = async (): Promise<ExternalAuth> => {
    const { ExternalAuth } = await import("./externalauth.ts");
    return new ExternalAuth(o);
  };
  return {
    passwords: () => (passwords ??= o.clock.during(fetchPasswords())),
    external: () => (external ??= o.clock.during(fetchExternal())),
  };
}

/** The refusal, or undefined for who may pass. */
export async function access(
  { satisfy, checks }: AccessFilter,
  x: Exchange,
  tools: AccessTools,
): Promise<Outcome | undefined> {
  let refusal: Outcome | undefined;
  for (const check of checks) {
    const said = await ask(check, x, tools);
    if (satisfy === "any" && said === undefined) return undefined;
    if (satisfy === "all" && said !== undefined) return asSignIn(said, checks, x);
    // With `any`, a 401 tells the client what it may still try.
    if (said !== undefined && (refusal === undefined || said.status === 401)) refusal = said;
  }
  return refusal && asSignIn(refusal, checks, x);
}

/** `error_page 401`: whatever asked for it, a 401 of the location leads to the sign-in page. */
function asSignIn(refusal: Outcome, checks: readonly AccessCheck[], x: Exchange): Outcome {
  const page = checks.find((one) => one.type === "external" && one.signinTemplate !== "");
  if (refusal.status !== 401 || page?.type !== "external") return refusal;
  return { ...signIn(page, x), ...(refusal.error !== undefined && { error: refusal.error }) };
}

async function ask(
  check: AccessCheck,
  x: Exchange,
  tools: AccessTools,
): Promise<Outcome | undefined> {
  switch (check.type) {
    case "ranges":
      return ranges(check, x);
    case "basic":
      return basic(check, x, await tools.passwords());
    case "external":
      return (await tools.external()).ask(check, x);
  }
}

function ranges(
  { deny, allow }: AccessCheck & { type: "ranges" },
  x: Exchange,
): Outcome | undefined {
  const ip = x.remoteAddr;
  const error = "access forbidden by rule";
  if (inAny(ip, deny)) return { status: 403, why: `${ip} is in a denied range`, error };
  if (allow.length > 0 && !inAny(ip, allow)) {
    return { status: 403, why: `${ip} is in no allowed range`, error };
  }
  return undefined;
}

function basic(
  { realm, users, file }: AccessCheck & { type: "basic" },
  x: Exchange,
  passwords: Passwords,
): Outcome | undefined {
  // Whoever is asked for a password here must not see it in the upstream.
  x.toUpstream.push(["Authorization", ""]);
  const headers = [["WWW-Authenticate", `Basic realm="${realm}"`]] as const;
  const given = credentials(x.header("authorization"));
  if (!given) return { status: 401, why: "no user name and password were sent", headers };
  x.remoteUser = given.user;
  const hash = Object.hasOwn(users, given.user) ? users[given.user]! : undefined;
  if (hash === undefined) {
    const error = `user "${given.user}" was not found in "${file}"`;
    return { status: 401, why: `there is no user "${given.user}"`, headers, error };
  }
  if (passwords.match(given.password, hash)) return undefined;
  const error = `user "${given.user}": password mismatch`;
  return { status: 401, why: `wrong password of "${given.user}"`, headers, error };
}

/** User and password of `Authorization: Basic …` (RFC 7617). */
function credentials(value: string | undefined): { user: string; password: string } | undefined {
  const encoded = /^basic +(\S+)$/i.exec(value ?? "")?.[1];
  if (encoded === undefined) return undefined;
  try {
    const pair = text(fromBase64(encoded));
    const colon = pair.indexOf(":");
    return colon < 0 ? undefined : { user: pair.slice(0, colon), password: pair.slice(colon + 1) };
  } catch {
    return undefined;
  }
}
