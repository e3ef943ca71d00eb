// Certificates that clients show (auth-tls-*): nginx asks for them in the handshake and judges
// them with the request, with pages of its own.

import type { HeaderField } from "../../net/http/message.ts";
import { printCertificate } from "../../net/x509/certificate.ts";
import type { Certificate } from "../../net/x509/certificate.ts";
import type { Name } from "../../net/x509/name.ts";
import { verifyChain } from "../../net/x509/verify.ts";
import { searchPattern } from "../pattern/pattern.ts";
import type { Exchange } from "../proxy/exchange.ts";
import type { Outcome } from "../proxy/outcome.ts";
import { escapeComponent } from "../proxy/uri.ts";
import type { ClientAuth } from "../table.ts";

/** What came of a client's certificate: `$ssl_client_verify`. */
export type Verdict = "SUCCESS" | "NONE" | `FAILED:${string}`;

/** Judges the chain that the client showed. */
export function judge(
  chain: readonly Certificate[],
  auth: ClientAuth,
  authorities: readonly Certificate[],
  nowMs: number,
): Verdict {
  const [leaf, ...others] = chain;
  if (!leaf) return "NONE";
  if (auth.verify === "optional_no_ca") return "SUCCESS";
  const result = verifyChain({
    chain: [leaf, ...others],
    trusted: authorities,
    nowMs,
    purpose: "client",
  });
  if (!result.ok) return `FAILED:${result.reason}`;
  return result.chain.length - 1 > auth.depth ? "FAILED:certificate chain too long" : "SUCCESS";
}

/** The refusal of a request whose client has not shown what its server wants. */
export function refusal(x: Exchange, auth: ClientAuth, verdict: Verdict): Outcome | undefined {
  if (auth.error !== "") return { status: 403, why: auth.error };
  if (auth.verify === "off") return undefined;
  if (verdict.startsWith("FAILED") && auth.verify !== "optional_no_ca") {
    const why = `the client's certificate is not believed: ${verdict.slice(7)}`;
    return errorPage(auth, { status: 495, why });
  }
  if (auth.verify === "on" && verdict === "NONE") {
    return errorPage(auth, { status: 496, why: "the client showed no certificate" });
  }
  const subject = x.tls?.peerChain[0]?.subject;
  const dn = subject ? distinguishedName(subject) : "";
  if (!auth.matchCn || matches(auth.matchCn, dn)) return undefined;
  const why = `the client's subject "${dn}" does not match ${auth.matchCn.source}`;
  return { status: 403, why, body: "client certificate unauthorized" };
}

function matches(pattern: NonNullable<ClientAuth["matchCn"]>, dn: string): boolean {
  const found = searchPattern(pattern, dn);
  return found !== null && found !== "exhausted";
}

/** `error_page 495 496 = URL`. */
function errorPage(auth: ClientAuth, outcome: Outcome): Outcome {
  if (auth.errorPage === "") return outcome;
  return { status: 302, why: outcome.why, headers: [["Location", auth.errorPage]] };
}

/** The fields that tell the upstream who the client is. */
export function clientFields(x: Exchange, auth: ClientAuth, verdict: Verdict): HeaderField[] {
  const certificate = x.tls?.peerChain[0];
  const fields: HeaderField[] = [
    ["ssl-client-verify", verdict],
    ["ssl-client-subject-dn", certificate ? distinguishedName(certificate.subject) : ""],
    ["ssl-client-issuer-dn", certificate ? distinguishedName(certificate.issuer) : ""],
  ];
  if (auth.passToUpstream) {
    const pem = certificate ? escapeComponent(printCertificate(certificate)) : "";
    fields.unshift(["ssl-client-cert", pem]);
  }
  return fields;
}

/** RFC 2253: from the last attribute to the first, "CN=client,O=Grand Hotel". */
export function distinguishedName({ attributes }: Name): string {
  const parts = attributes.map(
    ({ type, value }) => `${type}=${value.replace(/[,+"\\<>;]/g, "\\$&")}`,
  );
  return parts.reverse().join(",");
}
