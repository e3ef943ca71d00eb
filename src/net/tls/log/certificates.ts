// Certificates inside messages: what they say of themselves. Their DER is one field here; the
// openssl command takes it apart.

import { DerReader, EncodingError } from "../../x509/der.ts";
import { parseCertificate } from "../../x509/certificate.ts";
import type { Certificate } from "../../x509/certificate.ts";
import { decodeName, printName } from "../../x509/name.ts";
import type { FieldReader, Telling } from "./fields.ts";

/** One certificate with its length in front. */
export function certificateFields(reader: FieldReader, index: number): void {
  reader.vector(
    index === 0 ? "certificate" : `certificate ${index + 1} of the chain`,
    3,
    (body) => {
      const certificate = readable(() => parseCertificate(body.bytes.subarray(body.at, body.end)));
      if (!certificate) {
        body.rest("content");
        return { value: "no certificate that can be read" };
      }
      const telling = { value: told(certificate), meaning: meaningOf(certificate, index) };
      body.rest("DER", telling);
      return telling;
    },
  );
}

/** A distinguished name with its length in front. */
export function nameFields(reader: FieldReader): void {
  reader.opaque("name", 2, (bytes): Telling => {
    const name = readable(() => decodeName(new DerReader(bytes).next()));
    return name ? { value: printName(name) } : {};
  });
}

function told(certificate: Certificate): string {
  const { subject, altNames } = certificate;
  const names = altNames && altNames.dns.length > 0 ? `, for ${altNames.dns.join(", ")}` : "";
  return `${printName(subject) || "(no subject)"}${names}`;
}

function meaningOf({ issuer, notBeforeMs, notAfterMs }: Certificate, index: number): string {
  const until = `valid ${day(notBeforeMs)} to ${day(notAfterMs)}`;
  const role = index === 0 ? "Whose key the peer must prove to hold" : "Vouches for the one before";
  return `${role}: issued by ${printName(issuer) || "(no name)"}, ${until}.`;
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof EncodingError) return undefined;
    throw error;
  }
}
