// TLS alerts (RFC 8446 section 6): how a handshake says no.

/** Names and codes as the registry has them. */
export const alertCodes = {
  close_notify: 0,
  unexpected_message: 10,
  bad_record_mac: 20,
  record_overflow: 22,
  handshake_failure: 40,
  bad_certificate: 42,
  unsupported_certificate: 43,
  certificate_revoked: 44,
  certificate_expired: 45,
  certificate_unknown: 46,
  illegal_parameter: 47,
  unknown_ca: 48,
  access_denied: 49,
  decode_error: 50,
  decrypt_error: 51,
  protocol_version: 70,
  insufficient_security: 71,
  internal_error: 80,
  inappropriate_fallback: 86,
  user_canceled: 90,
  no_renegotiation: 100,
  missing_extension: 109,
  unsupported_extension: 110,
  unrecognized_name: 112,
  bad_certificate_status_response: 113,
  unknown_psk_identity: 115,
  certificate_required: 116,
  no_application_protocol: 120,
} as const;

export type AlertName = keyof typeof alertCodes;

/** The alert of a code; undefined for one that no standard names. */
export function alertName(code: number): AlertName | undefined {
  for (const [name, value] of Object.entries(alertCodes)) {
    if (value === code) return name as AlertName;
  }
  return undefined;
}

/** A TLS connection that failed. Decide by `alert` and `from`, never by the message. */
export class TlsAlert extends Error {
  override name = "TlsAlert";
  readonly alert: AlertName;
  /** Who refused: this side, or the peer. */
  readonly from: "here" | "peer";

  /** @param message what was wanted and what was seen. */
  constructor(alert: AlertName, message: string, from: "here" | "peer" = "here") {
    super(`${alert}: ${message}`);
    this.alert = alert;
    this.from = from;
  }
}
