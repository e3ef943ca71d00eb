// The HTTPS side of the controller: its door on :443, and which certificate it shows to whom.
// Models rootfs/etc/nginx/lua/certificate.lua and getDefaultSSLCertificate.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import type { Random } from "../../../base/random.ts";
import type { Connection } from "../../../net/connection.ts";
import type { Identity } from "../../../net/tls/contract.ts";
import { cipherSuites } from "../../../net/tls/suites.ts";
import type { Certificate } from "../../../net/x509/certificate.ts";
import { coversHost } from "../../../net/x509/hostname.ts";
import type { World } from "../../compile/world.ts";
import type { ControllerOptions } from "../../control.ts";
import type { Flags } from "../../flags.ts";
import { hostOf } from "../../hosts.ts";
import { wildcardOf } from "../../match.ts";
import type { Proxy } from "../../proxy/proxy.ts";
import type { HostTable, RouteTable } from "../../table.ts";
import { openDoor } from "../../tls/door.ts";
import type { DoorOptions, Shown } from "../../tls/door.ts";
import { fakeIdentity } from "../../tls/fake.ts";
import type { Settings } from "./settings.ts";
import { CertificateStore } from "./certificates.ts";
import { Passthrough } from "./passthrough.ts";
import type { Assignment } from "./certificates.ts";
import type { LogLine } from "./upstreams.ts";

export interface TlsSideOptions extends ControllerOptions {
  readonly flags: Flags;
  readonly world: World;
  /** What is served now. */
  table(): RouteTable | undefined;
  settings(): Settings;
}

export class TlsSide {
  readonly #o: TlsSideOptions;
  readonly #random: Random;
  readonly #certificates: CertificateStore;
  #assignment: Assignment = { byHost: new Map(), log: [] };
  readonly #passthrough: Passthrough | undefined;
  #fake: Identity | undefined;

  constructor(o: TlsSideOptions) {
    this.#o = o;
    this.#random = o.random.fork("tls");
    this.#certificates = new CertificateStore(o.world);
    if (o.flags.flag("enable-ssl-passthrough")) this.#passthrough = new Passthrough(o);
  }

  /** What is to be said of Secrets that came, changed, or cannot be used. */
  sync(ingresses: readonly Ingress[]): readonly LogLine[] {
    return this.#certificates.sync(ingresses);
  }

  /** Gives hosts their certificates, and tells what is wrong with them. */
  assign(ingresses: readonly Ingress[]): readonly LogLine[] {
    this.#assignment = this.#certificates.assign(ingresses, this.#o.clock.now());
    const log = [...this.#assignment.log, ...(this.#passthrough?.assign(ingresses) ?? [])];
    const key = this.#o.flags.text("default-ssl-certificate");
    if (key === "" || this.#certificates.pair(key)?.identity) return log;
    const text = "Error loading custom default certificate, falling back to generated default:";
    const why = `local SSL certificate ${key} was not found`;
    return [["W", "controller.go:1263", `${text}\n${why}`], ...log];
  }

  /** The authorities in a Secret, by which client certificates are judged. */
  authorities(secret: string): readonly Certificate[] {
    return this.#certificates.pair(secret)?.authorities ?? [];
  }

  accept(connection: Connection, proxy: Proxy): void {
    const open = (one: Connection): void => this.#open(one, proxy);
    if (this.#passthrough) void this.#passthrough.accept(connection, open);
    else open(connection);
  }

  #open(connection: Connection, proxy: Proxy): void {
    void openDoor(connection, {
      clock: this.#o.clock,
      random: this.#random,
      by: this.#o.host.actor,
      ...offered(this.#o.settings()),
      choose: (serverName) => this.#shown(serverName),
      onSecure: (secure) => {
        const { serverName, peerChain } = secure.session;
        proxy.serve(secure, { scheme: "https", tls: { serverName, peerChain } });
      },
      onPlain: (plain) => proxy.serve(plain, { scheme: "http", refuseWith: 497 }),
    });
  }

  /** The certificate of the server that the name chooses, or the default. */
  #shown(serverName: string | undefined): Shown {
    const server = this.#serverOf(serverName);
    const auth = server?.server.clientAuth;
    const authorities = auth ? this.authorities(auth.secret) : [];
    const client = {
      asksClient: auth !== undefined && auth.verify !== "off" && auth.error === "",
      authorities: authorities.map(({ subject }) => subject.bytes),
    };
    const own = server && this.#certificateOf(server);
    if (own) return { identity: own, why: `the certificate of host ${server.host}`, ...client };
    return { identity: this.#default(), why: whyDefault(serverName, server), ...client };
  }

  #serverOf(serverName: string | undefined): HostTable | undefined {
    const table = this.#o.table();
    if (!table || serverName === undefined) return undefined;
    return hostOf(table.exact, serverName) ?? wildcardOf(table, serverName);
  }

  #certificateOf({ host, server }: HostTable): Identity | undefined {
    const assigned = this.#assignment.byHost.get(host);
    if (assigned || !server.certificate) return assigned;
    // A server that only redirects shows the certificate of its target, when that covers it.
    const identity = this.#certificates.pair(server.certificate.secret)?.identity;
    return identity && coversHost(identity.chain[0], host) ? identity : undefined;
  }

  /** --default-ssl-certificate, or the fake one, made when it is first needed. */
  #default(): Identity {
    const key = this.#o.flags.text("default-ssl-certificate");
    const chosen = key === "" ? undefined : this.#certificates.pair(key)?.identity;
    if (chosen) return chosen;
    const { clock, random } = this.#o;
    return (this.#fake ??= fakeIdentity({ random: random.fork("fake"), nowMs: clock.now() }));
  }
}

/** Versions and suites that the settings leave; those that are not known here are passed over. */
function offered(settings: Settings): Pick<DoorOptions, "versions" | "suites"> {
  const versions = (["TLSv1.3", "TLSv1.2"] as const).filter((one) =>
    settings.sslProtocols.includes(one),
  );
  const wanted = cipherSuites.filter(
    ({ opensslName }) =>
      opensslName.startsWith("TLS_") || settings.sslCiphers.includes(opensslName),
  );
  const some = wanted.some(({ opensslName }) => !opensslName.startsWith("TLS_"));
  return {
    ...(versions.length > 0 && { versions }),
    ...(some && { suites: wanted.map(({ name }) => name) }),
  };
}

function whyDefault(serverName: string | undefined, server: HostTable | undefined): string {
  if (serverName === undefined) return "no server name was sent: the default certificate";
  if (!server) return `no rule has host ${serverName}: the default certificate`;
  return `no usable certificate for host ${serverName}: the default certificate`;
}
