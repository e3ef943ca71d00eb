// Whom a lesson's check believes beside the laptop's usual authorities. Fetched when a check asks.

import { Secret } from "../api/kinds/index.ts";
import { fromBase64, text } from "../base/bytes.ts";
import type { Files } from "../shell/files.ts";
import { home, type Hotel } from "./hotel.ts";

/** PEM: see `RequestOrder.trusting`. */
export async function trustFor(hotel: Hotel, trusting: string): Promise<string> {
  return trusting === "home" ? certificatesAt(hotel.files) : badgeIn(hotel, trusting);
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
