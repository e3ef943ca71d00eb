// OpenSSL's own sentences, as every program that uses the library repeats them.

import { alertCodes, type AlertName } from "../../../net/tls/alerts.ts";

/** The version that openssl and curl here say they are of. */
export const opensslVersion = "3.0.19";

/** X509_verify_cert_error_string (crypto/x509/x509_txt.c). */
export function verifyWords(code: number): string {
  return verifyTexts[code] ?? `unknown certificate verification error`;
}

const verifyTexts: Readonly<Record<number, string>> = {
  0: "ok",
  2: "unable to get issuer certificate",
  7: "certificate signature failure",
  9: "certificate is not yet valid",
  10: "certificate has expired",
  18: "self-signed certificate",
  19: "self-signed certificate in certificate chain",
  20: "unable to get local issuer certificate",
  21: "unable to verify the first certificate",
  22: "certificate chain too long",
  25: "path length constraint exceeded",
  26: "unsuitable certificate purpose",
  32: "key usage does not include certificate signing",
  34: "unhandled critical extension",
  47: "permitted subtree violation",
  48: "excluded subtree violation",
  62: "hostname mismatch",
  64: "IP address mismatch",
  66: "EE certificate key too weak",
  67: "CA certificate key too weak",
  68: "CA signature digest algorithm too weak",
  79: "invalid CA certificate",
};

/** The error queue's line for an alert of the peer (ssl/ssl_err.c): reason 1000 + its number. */
export function alertError(alert: AlertName): string {
  const reason = (1000 + alertCodes[alert]).toString(16).toUpperCase();
  const newer = new Set<AlertName>(["certificate_required", "missing_extension"]);
  const words = alert.replaceAll("_", " ");
  const name = unalerted.has(alert)
    ? `tlsv1 ${words}`
    : `${newer.has(alert) ? "tlsv13" : older.has(alert) ? "sslv3" : "tlsv1"} alert ${words}`;
  return `error:0A000${reason}:SSL routines::${name}`;
}

const older = new Set<AlertName>([
  "unexpected_message",
  "bad_record_mac",
  "handshake_failure",
  "bad_certificate",
  "unsupported_certificate",
  "certificate_revoked",
  "certificate_expired",
  "certificate_unknown",
  "illegal_parameter",
]);

/** Alerts whose error has no "alert" in its name. */
const unalerted = new Set<AlertName>([
  "unrecognized_name",
  "unsupported_extension",
  "bad_certificate_status_response",
]);

/** SSL_alert_desc_string_long. */
export function alertWords(alert: AlertName): string {
  if (alert === "unexpected_message") return alert;
  if (alert === "unknown_ca") return "unknown CA";
  if (alert === "unknown_psk_identity") return "unknown PSK identity";
  if (alert === "certificate_required" || alert === "missing_extension") return "unknown";
  return alert.replaceAll("_", " ");
}

/** What the library says of its own refusals, where a peer speaks no TLS or a wrong one. */
export function ownError(alert: AlertName): string {
  return `error:${ownErrors[alert] ?? "0A0C0103:SSL routines::internal error"}`;
}

export const wrongVersion = "error:0A00010B:SSL routines::wrong version number";
export const unexpectedEof = "error:0A000126:SSL routines::unexpected eof while reading";

const ownErrors: Partial<Record<AlertName, string>> = {
  bad_record_mac: "0A000119:SSL routines::decryption failed or bad record mac",
  decode_error: "0A00009F:SSL routines::length mismatch",
  decrypt_error: "0A00007B:SSL routines::bad signature",
  handshake_failure: "0A000152:SSL routines::unsafe legacy renegotiation disabled",
  illegal_parameter: "0A00006C:SSL routines::bad key share",
  missing_extension: "0A000065:SSL routines::no suitable key share",
  protocol_version: "0A000102:SSL routines::unsupported protocol",
  record_overflow: "0A0000C6:SSL routines::packet length too long",
  unexpected_message: "0A0000F4:SSL routines::unexpected message",
  unsupported_extension: "0A0000D9:SSL routines::unsolicited extension",
};
