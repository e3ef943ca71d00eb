// Numbers of the TLS registries that this engine knows, and their names.

export const contentType = {
  change_cipher_spec: 20,
  alert: 21,
  handshake: 22,
  application_data: 23,
} as const;

export const handshakeType = {
  hello_request: 0,
  client_hello: 1,
  server_hello: 2,
  new_session_ticket: 4,
  end_of_early_data: 5,
  encrypted_extensions: 8,
  certificate: 11,
  server_key_exchange: 12,
  certificate_request: 13,
  server_hello_done: 14,
  certificate_verify: 15,
  client_key_exchange: 16,
  finished: 20,
  key_update: 24,
  message_hash: 254,
} as const;

export type HandshakeName = keyof typeof handshakeType;

export const extensionType = {
  server_name: 0,
  supported_groups: 10,
  ec_point_formats: 11,
  signature_algorithms: 13,
  alpn: 16,
  extended_master_secret: 23,
  session_ticket: 35,
  pre_shared_key: 41,
  early_data: 42,
  supported_versions: 43,
  cookie: 44,
  psk_key_exchange_modes: 45,
  certificate_authorities: 47,
  signature_algorithms_cert: 50,
  key_share: 51,
  renegotiation_info: 0xff01,
} as const;

export type TlsVersion = "TLSv1.2" | "TLSv1.3";

export const versionCode: Readonly<Record<TlsVersion, number>> = {
  "TLSv1.2": 0x0303,
  "TLSv1.3": 0x0304,
};

export type GroupName = "X25519" | "P-256" | "P-384";

export const groupCode: Readonly<Record<GroupName, number>> = {
  X25519: 0x001d,
  "P-256": 0x0017,
  "P-384": 0x0018,
};

/** TLS_EMPTY_RENEGOTIATION_INFO_SCSV and TLS_FALLBACK_SCSV: suites that are signals. */
export const renegotiationSignal = 0x00ff;
export const fallbackSignal = 0x5600;

/** The name of a handshake message, or its number for one we do not know. */
export function handshakeName(code: number): string {
  return nameOf(handshakeType, code) ?? `handshake message ${code}`;
}

export function nameOf(table: Readonly<Record<string, number>>, code: number): string | undefined {
  return Object.entries(table).find(([, value]) => value === code)?.[0];
}
