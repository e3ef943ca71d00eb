// Whom the learner's laptop believes: the file that curl, openssl and the browser share.

import { text } from "../base/bytes.ts";
import { Secret } from "../api/kinds/index.ts";
import { fromBase64 } from "../base/bytes.ts";
import { FileError, type Files } from "../shell/files.ts";
import { home, type Hotel } from "./hotel.ts";

/** PEM; "" when somebody has removed it. */
export function trustedBy(files: Files): string {
  try {
    return text(files.read("/etc/ssl/certs/ca-certificates.crt"));
  } catch (error) {
    if (error instanceof FileError) return "";
    throw error;
  }
}

/** As `trustedBy`, and whom a check believes beside: see `RequestOrder.trusting`. */
export async function trustFor(hotel: Hotel, trusting: string | undefined): Promise<string> {
  const usual = trustedBy(hotel.files);
  if (trusting === undefined) return usual;
  const more = trusting === "home" ? certificatesAt(hotel.files) : await badgeIn(hotel, trusting);
  return `${usual}\n${more}`;
}

function certificatesAt(files: Files): string {
  return files
    .list(home)
    .filter((name) => files.kind(`${home}/${name}`) === "file")
    .map((name) => text(files.read(`${home}/${name}`)))
    .filter((content) => content.includes("-----BEGIN CERTIFICATE-----"))
    .join("\n");
}

async function badgeIn({ cluster }: Hotel, key: string): Promise<string> {
  const secret = await cluster.client.get(Secret, key);
  const pems = ["tls.crt", "ca.crt"].flatMap((name) => secret?.data?.[name] ?? []);
  return pems.map((pem) => text(fromBase64(pem))).join("\n");
}
