// What a ClientHello offers, read as far as a server of either version needs it.

import { TlsAlert } from "./alerts.ts";
import { fallbackSignal, versionCode } from "./codes.ts";
import type { TlsVersion } from "./codes.ts";
import type { HelloOffer, TlsConfig, TlsServerConfig } from "./contract.ts";
import { readCodes, readExtension, readProtocols, readServerName } from "./extensions.ts";
import type { ClientHello } from "./hellos.ts";
import { cipherSuites } from "./suites.ts";

const allVersions: readonly TlsVersion[] = ["TLSv1.3", "TLSv1.2"];

export interface Offer extends HelloOffer {
  readonly hello: ClientHello;
  readonly schemes: readonly number[] | undefined;
  readonly groups: readonly number[] | undefined;
}

export function readOffer(hello: ClientHello): Offer {
  const { extensions } = hello;
  return {
    hello,
    serverName: readExtension(extensions, "server_name", readServerName),
    alpn: readExtension(extensions, "alpn", readProtocols) ?? [],
    versions: offeredVersions(hello),
    schemes: readExtension(extensions, "signature_algorithms", readCodes),
    groups: readExtension(extensions, "supported_groups", readCodes),
  };
}

/** The versions that are allowed and have a cipher suite, newest first. */
export function usableVersions({ versions = allVersions, suites }: TlsConfig): TlsVersion[] {
  const able = (version: TlsVersion): boolean =>
    cipherSuites.some((one) => one.version === version && (suites?.includes(one.name) ?? true));
  return allVersions.filter((one) => versions.includes(one) && able(one));
}

/** The newest version of both. Throws TlsAlert protocol_version when there is none. */
export function chooseVersion({ hello, versions }: Offer, config: TlsServerConfig): TlsVersion {
  const ours = usableVersions(config);
  const chosen = ours.find((one) => versions.includes(one));
  if (!chosen) {
    const seen =
      versions.length > 0 ? versions.join(", ") : `0x${hello.legacyVersion.toString(16)}`;
    throw new TlsAlert("protocol_version", `${ours.join(" or ")} wanted, ${seen} offered`);
  }
  // RFC 7507: a client that fell back although we could do more was tricked into it.
  if (hello.suites.includes(fallbackSignal) && chosen !== ours[0]) {
    throw new TlsAlert("inappropriate_fallback", `${ours[0]} is possible`);
  }
  return chosen;
}

/** The first of our protocols that the client offers (RFC 7301). */
export function chooseProtocol({ alpn }: Offer, ours: readonly string[] = []): string | undefined {
  if (ours.length === 0 || alpn.length === 0) return undefined;
  const chosen = ours.find((one) => alpn.includes(one));
  if (chosen === undefined) {
    throw new TlsAlert("no_application_protocol", `offered ${alpn.join(", ")}`);
  }
  return chosen;
}

function offeredVersions({ extensions, legacyVersion }: ClientHello): TlsVersion[] {
  const listed = readExtension(extensions, "supported_versions", (data) => data.numbers(1, 2));
  if (listed) return allVersions.filter((one) => listed.includes(versionCode[one]));
  // Without the list the legacy version is the newest, and 1.3 cannot be meant.
  return legacyVersion >= versionCode["TLSv1.2"] ? ["TLSv1.2"] : [];
}
