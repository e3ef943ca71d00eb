// The tls sections of Ingresses against the Secrets in the files: whether a certificate is there,
// can be used, is for its hosts, and for how long still.

import { Secret } from "../../api/kinds/secret.ts";
import type { Ingress } from "../../api/kinds/ingress.ts";
import { keyOf, makeKey } from "../../api/object.ts";
import { writtenHosts } from "../../ingress/compile/rules.ts";
import { worldOf } from "../../ingress/compile/world.ts";
import { readPair } from "../../ingress/tls/pair.ts";
import { coversHost, matchesName } from "../../net/x509/hostname.ts";
import type { Cards, Problem } from "./read.ts";

/** A certificate with less time left is told of. */
const soonMs = 30 * 24 * 3_600_000;

type Say = (type: Problem["type"], field: string, reason: string, message: string) => void;

/** What is wrong with the tls sections of an Ingress at this time. */
export function certificateProblems(ingress: Ingress, cards: Cards, nowMs: number): Problem[] {
  const object = `Ingress ${keyOf(ingress)}`;
  const problems: Problem[] = [];
  const say: Say = (type, field, reason, message) => {
    problems.push({ type, object, field, reason, message, place: cards.place(object, field) });
  };
  const hosts = writtenHosts(ingress);
  (ingress.spec.tls ?? []).forEach(({ hosts: covered = [], secretName }, i) => {
    const field = `spec.tls[${i}]`;
    covered.forEach((host, h) => {
      if (hosts.some((one) => one === host.toLowerCase() || matchesName(host, one))) return;
      const message = `no rule of this Ingress has the host ${host}`;
      say("warning", `${field}.hosts[${h}]`, "TlsHostWithoutRule", message);
    });
    if (secretName) judge(ingress, secretName, covered, `${field}.secretName`, cards, nowMs, say);
  });
  return problems;
}

function judge(
  ingress: Ingress,
  secretName: string,
  hosts: readonly string[],
  field: string,
  { objects }: Cards,
  nowMs: number,
  say: Say,
): void {
  const key = makeKey(ingress.metadata.namespace, secretName);
  const secret = worldOf(objects).get(Secret, key);
  if (!secret) {
    if (objects.some(({ kind }) => kind === "Secret")) {
      say("warning", field, "SecretMissing", `no Secret ${key} is in the files`);
    }
    return;
  }
  const { identity, error } = readPair(secret);
  if (!identity) {
    const why = error === "" ? `Secret ${key} holds no certificate` : error;
    return say("error", field, "CertificateUnusable", why);
  }
  const [leaf] = identity.chain;
  for (const host of hosts) {
    if (coversHost(leaf, host) || leaf.altNames?.dns.includes(host)) continue;
    const names = leaf.altNames?.dns.join(", ") || "no name";
    const message = `the certificate of ${key} is for ${names}, not for ${host}`;
    say("error", field, "CertificateForOtherHost", message);
  }
  const until = new Date(leaf.notAfterMs).toISOString().slice(0, 10);
  if (leaf.notAfterMs <= nowMs) {
    say("error", field, "CertificateExpired", `the certificate of ${key} expired on ${until}`);
  } else if (leaf.notAfterMs - nowMs < soonMs) {
    say("warning", field, "CertificateExpires", `the certificate of ${key} expires on ${until}`);
  }
  if (leaf.notBeforeMs > nowMs) {
    const from = new Date(leaf.notBeforeMs).toISOString().slice(0, 10);
    say("error", field, "CertificateNotYetValid", `the certificate of ${key} begins on ${from}`);
  }
}
