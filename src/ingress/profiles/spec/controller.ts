// A controller that does what the Kubernetes documentation of Ingress says, and nothing else: the
// measure for the others, and what the conformance cases run against.
//
//   args: --controller-class=example.com/controller --publish-service=NAMESPACE/NAME

import { EndpointSlice, serviceNameLabel } from "../../../api/kinds/endpointslice.ts";
import { Ingress } from "../../../api/kinds/ingress.ts";
import { IngressClass } from "../../../api/kinds/ingressclass.ts";
import type { Kind } from "../../../api/kinds/kind.ts";
import { Secret } from "../../../api/kinds/secret.ts";
import { Service } from "../../../api/kinds/service.ts";
import { keyOf } from "../../../api/object.ts";
import type { Obj } from "../../../api/object.ts";
import type { Timer } from "../../../base/clock.ts";
import { Informers } from "../../../client/informer.ts";
import type { Connection } from "../../../net/connection.ts";
import { serveHttp } from "../../../net/http/server.ts";
import type { Listener } from "../../../net/network.ts";
import type { Identity } from "../../../net/tls/contract.ts";
import { matchesName } from "../../../net/x509/hostname.ts";
import { Compiler } from "../../compile/compiler.ts";
import { backendOf, writtenRules } from "../../compile/rules.ts";
import type { World } from "../../compile/world.ts";
import type { ControllerOptions, RunningController } from "../../control.ts";
import type { Passing } from "../../filters.ts";
import { Flags } from "../../flags.ts";
import { klogLine, structured } from "../../klog.ts";
import { Proxy } from "../../proxy/proxy.ts";
import { PacedTask } from "../../ratelimit.ts";
import { publish, publishedAddresses } from "../../status.ts";
import type { RouteTable } from "../../table.ts";
import { openDoor } from "../../tls/door.ts";
import type { Shown } from "../../tls/door.ts";
import { fakeIdentity } from "../../tls/fake.ts";
import { readPair } from "../../tls/pair.ts";
import { plainUpstream } from "../../upstreams.ts";
import type { Upstream } from "../../upstreams.ts";
import { specDialect } from "./dialect.ts";
import { spec } from "./profile.ts";

/** Syncs are as far apart as this, so that a burst of changes folds. */
const syncEveryMs = 200;
const statusEveryMs = 60_000;

const passing: Passing = {
  protocol: "HTTP",
  connectMs: 5_000,
  readMs: 60_000,
  sendMs: 60_000,
  bodyBytesMax: 0,
  tries: 2,
  triesMs: 0,
  tryNext: ["error", "timeout"],
  accessLog: true,
};

export function startSpecController(o: ControllerOptions): RunningController {
  const controller = new SpecController(o);
  void controller.begin();
  return {
    terminate: (done) => {
      controller.stop();
      done();
    },
    kill: () => controller.stop(),
  };
}

class SpecController {
  readonly #o: ControllerOptions;
  readonly #flags: Flags;
  readonly #informers: Informers;
  readonly #world: World;
  readonly #slicesOf: (service: string) => readonly EndpointSlice[];
  readonly #compiler: Compiler;
  readonly #proxy: Proxy;
  readonly #sync: PacedTask;
  readonly #listeners: Listener[] = [];
  #running: RouteTable | undefined;
  #status: Timer | undefined;
  #stopped = false;
  #fake: Identity | undefined;

  constructor(o: ControllerOptions) {
    this.#o = o;
    const { client, clock } = o;
    this.#flags = new Flags(o.args);
    this.#informers = new Informers({ client, clock });
    this.#world = {
      get: <T extends Obj>(kind: Kind<T>, key: string) => this.#informers.of(kind).get(key),
    };
    const slices = this.#informers
      .of(EndpointSlice)
      .indexed(({ metadata }) => [
        `${metadata.namespace}/${metadata.labels?.[serviceNameLabel] ?? ""}`,
      ]);
    this.#slicesOf = (service) => slices.get(service);
    this.#compiler = new Compiler(spec, this.#world);
    this.#proxy = new Proxy({ ...o, random: o.random.fork("proxy"), dialect: specDialect });
    this.#sync = new PacedTask({ clock, everyMs: syncEveryMs, work: async () => this.#syncNow() });
  }

  async begin(): Promise<void> {
    const { network, host } = this.#o;
    const kinds = [Service, EndpointSlice, Secret, IngressClass, Ingress] as unknown as Kind[];
    await Promise.all(kinds.map((kind) => this.#informers.of(kind).whenSynced()));
    if (this.#stopped) return;
    for (const kind of kinds) this.#informers.of(kind).on(() => this.#sync.wish());
    this.#listeners.push(
      network.listen(host, 80, (connection) => this.#proxy.serve(connection, { scheme: "http" })),
      network.listen(host, 443, (connection) => this.#accept(connection)),
      network.listen(
        host,
        10254,
        (connection) =>
          void serveHttp(connection, {
            by: host.actor,
            handle: async () => ({ status: 200, body: "ok" }),
          }),
      ),
    );
    this.#sync.wish();
    this.#publishIn(0);
  }

  stop(): void {
    this.#stopped = true;
    this.#sync.stop();
    this.#status?.cancel();
    this.#informers.stop();
    for (const listener of this.#listeners.splice(0)) listener.close();
    this.#proxy.close();
  }

  #accept(connection: Connection): void {
    const { clock, random, host } = this.#o;
    void openDoor(connection, {
      clock,
      random: random.fork("tls"),
      by: host.actor,
      choose: (serverName) => this.#shown(serverName),
      onSecure: (secure) => {
        const { serverName, peerChain } = secure.session;
        this.#proxy.serve(secure, { scheme: "https", tls: { serverName, peerChain } });
      },
      onPlain: (plain) => this.#proxy.serve(plain, { scheme: "http", refuseWith: 400 }),
    });
  }

  /** The certificate of the first tls entry that lists the name, or one that fits nobody. */
  #shown(serverName: string | undefined): Shown {
    const nobody = { asksClient: false, authorities: [] };
    for (const ingress of this.#ours()) {
      for (const { hosts = [], secretName } of ingress.spec.tls ?? []) {
        if (!secretName || !hosts.some((one) => matchesName(one, serverName ?? ""))) continue;
        const secret = this.#world.get(Secret, `${ingress.metadata.namespace}/${secretName}`);
        const identity = secret && readPair(secret).identity;
        if (identity) return { identity, why: `tls of Ingress ${keyOf(ingress)}`, ...nobody };
      }
    }
    const { clock, random } = this.#o;
    this.#fake ??= fakeIdentity({ random: random.fork("fake"), nowMs: clock.now() });
    return { identity: this.#fake, why: "no tls entry lists the name", ...nobody };
  }

  /** The Ingresses whose class names this controller. */
  #ours(): Ingress[] {
    const controller = this.#flags.text("controller-class", "example.com/grand-ingress");
    const classes = this.#informers.of(IngressClass);
    return this.#informers
      .of(Ingress)
      .list()
      .filter(({ spec: { ingressClassName } }) => {
        const named = ingressClassName === undefined ? undefined : classes.get(ingressClassName);
        return named?.spec?.controller === controller;
      });
  }

  #syncNow(): void {
    if (this.#stopped) return;
    const ingresses = this.#ours();
    this.#compiler.keep(ingresses);
    const { table, verdicts } = this.#compiler.compiled();
    this.#proxy.use({ table, upstreams: this.#upstreams(ingresses), passing });
    if (table === this.#running) return;
    this.#running = table;
    this.#say("table compiled", { hosts: table.exact.size + table.wildcard.size });
    for (const { object, field, reason, message } of verdicts) {
      this.#say(message, { object: `${object.kind} ${object.key}`, field, reason });
    }
    this.#publishIn(1_000);
  }

  #upstreams(ingresses: readonly Ingress[]): Map<string, Upstream> {
    const out = new Map<string, Upstream>();
    for (const ingress of ingresses) {
      const written = writtenRules(ingress).map(({ backend }) => backend);
      for (const one of [...written, ingress.spec.defaultBackend]) {
        const backend = one && backendOf(ingress, one);
        if (!backend || out.has(backend.upstream)) continue;
        const key = `${backend.namespace}/${backend.service}`;
        const found = this.#world.get(Service, key);
        const source = { ...backend, name: backend.upstream };
        out.set(backend.upstream, plainUpstream(source, found, this.#slicesOf(key)));
      }
    }
    return out;
  }

  #publishIn(delayMs: number): void {
    this.#status?.cancel();
    this.#status = this.#o.clock.after(delayMs, () => {
      void this.#publish()
        .catch(() => undefined)
        .finally(() => {
          if (!this.#stopped) this.#publishIn(statusEveryMs);
        });
    });
  }

  async #publish(): Promise<void> {
    const service = this.#world.get(Service, this.#flags.text("publish-service"));
    const addresses = service ? publishedAddresses(service) : [];
    if (addresses.length === 0) return;
    await publish(this.#o.client, this.#ours(), addresses, (ingress) =>
      this.#say("status written", { ingress: keyOf(ingress), addresses }),
    );
  }

  #say(message: string, pairs: Readonly<Record<string, unknown>>): void {
    const text = structured(message, pairs);
    this.#o.log(klogLine("I", "controller.ts:1", text, this.#o.clock.now()));
  }
}
