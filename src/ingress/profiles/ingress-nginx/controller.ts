// ingress-nginx as a Pod runs it: an ordinary client of the API server that turns Ingresses into
// a proxy's configuration, and says so in its log word for word.
//
// Models cmd/nginx/main.go and internal/ingress/controller/{nginx,controller}.go of 1.15. What
// has no counterpart here: the nginx process itself (its configuration is the routing table),
// leader election (every replica writes the same status), metrics.

import { ConfigMap } from "../../../api/kinds/configmap.ts";
import { EndpointSlice, serviceNameLabel } from "../../../api/kinds/endpointslice.ts";
import { Ingress } from "../../../api/kinds/ingress.ts";
import { IngressClass } from "../../../api/kinds/ingressclass.ts";
import type { Kind } from "../../../api/kinds/kind.ts";
import { Namespace } from "../../../api/kinds/namespace.ts";
import { Secret } from "../../../api/kinds/secret.ts";
import { Service } from "../../../api/kinds/service.ts";
import { keyOf } from "../../../api/object.ts";
import type { Obj } from "../../../api/object.ts";
import { matches, parseLabelSelector } from "../../../api/selector.ts";
import { Informers } from "../../../client/informer.ts";
import type { Connection } from "../../../net/connection.ts";
import { serveHttp } from "../../../net/http/server.ts";
import type { Listener } from "../../../net/network.ts";
import { Compiler } from "../../compile/compiler.ts";
import { sameData } from "../../compile/equal.ts";
import type { World } from "../../compile/world.ts";
import type { ControllerOptions, RunningController } from "../../control.ts";
import { Flags } from "../../flags.ts";
import { structured } from "../../klog.ts";
import { Proxy } from "../../proxy/proxy.ts";
import { PacedTask } from "../../ratelimit.ts";
import type { RouteTable } from "../../table.ts";
import type { AdmissionWorld } from "./admission.ts";
import { classRules } from "./classes.ts";
import { nginxDialect } from "./dialect.ts";
import { readOptions } from "./options.ts";
import { ingressNginx } from "./profile.ts";
import { StatusPublisher } from "./publisher.ts";
import { readSettings } from "./settings.ts";
import { startBanner, startLines } from "./startup.ts";
import { secretsOf } from "./secrets.ts";
import { IngressStore } from "./store.ts";
import type { TlsSide } from "./tlsside.ts";
import { upstreamsOf } from "./upstreams.ts";
import { Voice } from "./voice.ts";
import type { AdmissionWebhook } from "./webhook.ts";

/** --sync-rate-limit: syncs a second. */
const syncRate = 0.3;

/** Starts the controller; it listens on :80 and :443 of its Pod, and on :10254 for probes. */
export function startIngressController(o: ControllerOptions): RunningController {
  const controller = new IngressNginxController(o);
  controller.start();
  return {
    terminate: (done) => controller.terminate(done),
    kill: () => controller.stop(),
  };
}

class IngressNginxController {
  readonly #o: ControllerOptions;
  readonly #flags: Flags;
  readonly #informers: Informers;
  readonly #store: IngressStore;
  readonly #voice: Voice;
  readonly #proxy: Proxy;
  readonly #sync: PacedTask;
  readonly #publisher: StatusPublisher;
  readonly #listeners: Listener[] = [];
  readonly #world: World;
  readonly #slicesOf: (service: string) => readonly EndpointSlice[];
  readonly #said = new Set<string>();
  #settings = readSettings();
  #compiler: Compiler;
  #running: RouteTable | undefined;
  #tls: TlsSide | undefined;
  #webhook: AdmissionWebhook | undefined;
  #ready = false;
  #stopped = false;

  constructor(o: ControllerOptions) {
    this.#o = o;
    const { clock, client, random } = o;
    this.#flags = new Flags(o.args.slice(o.args[0]?.startsWith("-") ? 0 : 1));
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
    this.#voice = new Voice(o, random.fork("events"));
    this.#store = new IngressStore({
      rules: classRules(this.#flags),
      disableCatchAll: this.#flags.flag("disable-catch-all"),
      silent: this.#flags.flag("disable-sync-events"),
      validation: this.#flags.flag("enable-annotation-validation", true),
      settings: () => this.#settings,
      watched: (namespace) => this.#watches(namespace),
      denial: (ingress) => readOptions(ingress, this.#settings, this.#world).denial,
      say: this.#voice.say,
      event: this.#voice.event,
      changed: () => this.#sync.wish(),
    });
    this.#compiler = new Compiler(ingressNginx(this.#settings), this.#world);
    this.#proxy = new Proxy({
      ...o,
      random: random.fork("proxy"),
      dialect: nginxDialect(this.#settings, { add: {}, proxySet: {} }),
    });
    const rate = this.#flags.number("sync-rate-limit", syncRate);
    this.#publisher = new StatusPublisher({
      ...o,
      flags: this.#flags,
      world: this.#world,
      ingresses: () => this.#store.list(),
      say: this.#voice.say,
    });
    this.#sync = new PacedTask({ clock, everyMs: 1000 / rate, work: () => this.#syncNow() });
  }

  start(): void {
    for (const line of startBanner()) this.#o.log(line);
    for (const line of startLines(this.#o)) this.#voice.say(...line);
    void this.#begin();
  }

  /** Models Shutdown (cmd/nginx/main.go handleSigterm and NGINXController.Stop). */
  terminate(done: () => void): void {
    this.#voice.say("I", "sigterm.go:36", structured("Received SIGTERM, shutting down"));
    this.#voice.say("I", "nginx.go:395", structured("Shutting down controller queues"));
    this.#sync.stop();
    void this.#publisher.takeAway().then(() => {
      this.#voice.say("I", "nginx.go:410", structured("Stopping NGINX process"));
      for (const listener of this.#listeners.splice(0)) listener.close();
      this.#voice.say("I", "nginx.go:423", structured("NGINX process has stopped"));
      this.#voice.say(
        "I",
        "sigterm.go:44",
        structured("Handled quit, delaying controller exit for 10 seconds"),
      );
      this.#o.clock.after(10_000, () => {
        if (this.#stopped) return;
        this.#voice.say("I", "sigterm.go:47", structured("Exiting", { code: 0 }));
        this.stop();
        done();
      });
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#voice.fallSilent();
    this.#sync.stop();
    this.#publisher.stop();
    this.#informers.stop();
    for (const listener of this.#listeners.splice(0)) listener.close();
    this.#proxy.close();
  }

  async #begin(): Promise<void> {
    const { network, host } = this.#o;
    await this.#readClasses();
    const kinds = [Service, EndpointSlice, Secret, ConfigMap, Namespace] as unknown as Kind[];
    await Promise.all(kinds.map((kind) => this.#informers.of(kind).whenSynced()));
    if (this.#stopped) return;
    this.#readSettings();
    const ingresses = this.#informers.of(Ingress);
    await ingresses.whenSynced();
    if (this.#stopped) return;
    this.#announceConfigMap();
    ingresses.on((change) => this.#store.onIngress(change));
    for (const kind of kinds) this.#informers.of(kind).on((change) => this.#onOther(kind, change));
    if (this.#flags.flag("enable-ssl-passthrough")) {
      this.#voice.say("I", "nginx.go:815", structured("Starting TLS proxy for SSL Passthrough"));
    }
    this.#voice.say("I", "nginx.go:319", structured("Starting NGINX process"));
    if (this.#flags.text("validating-webhook") !== "") await this.#openWebhook();
    if (this.#stopped) return;
    this.#voice.say("I", "leaderelection.go:257", this.#electing());
    this.#voice.say(
      "I",
      "status.go:85",
      structured("New leader elected", { identity: this.#o.pod.name }),
    );
    this.#ready = true;
    this.#listeners.push(
      network.listen(host, this.#flags.number("http-port", 80), (connection) =>
        this.#proxy.serve(connection, { scheme: "http" }),
      ),
      network.listen(
        host,
        this.#flags.number("https-port", 443),
        (connection) => void this.#tlsSide().then((tls) => tls.accept(connection, this.#proxy)),
      ),
      network.listen(
        host,
        this.#flags.number("healthz-port", 10254),
        (connection) =>
          void serveHttp(connection, { by: host.actor, handle: async () => this.#health() }),
      ),
    );
    const port = this.#webhook?.port;
    if (port !== undefined) {
      const accept = (connection: Connection): void => this.#webhook?.accept(connection);
      this.#listeners.push(network.listen(host, port, accept));
    }
    this.#sync.wish();
    this.#publisher.soon();
  }

  #admissionWorld(): AdmissionWorld {
    return {
      settings: this.#settings,
      disableCatchAll: this.#flags.flag("disable-catch-all"),
      deepInspector: this.#flags.flag("deep-inspect", true),
      ingresses: this.#store.list(),
    };
  }

  #electing(): string {
    const lease = this.#flags.text("election-id", "ingress-controller-leader");
    return `attempting to acquire leader lease ${this.#o.pod.namespace}/${lease}...`;
  }

  #health(): { status: number; body: string } {
    return this.#ready ? { status: 200, body: "ok" } : { status: 500, body: "not ready" };
  }

  /** Without the right to list IngressClasses, ingressClassName is not looked at (main.go). */
  async #readClasses(): Promise<void> {
    try {
      await this.#o.client.list(IngressClass);
    } catch {
      this.#voice.say(
        "E",
        "main.go:115",
        structured(
          "Unable to validate IngressClass access, ingressClassName will not be taken into account",
        ),
      );
      this.#store.ignoreClasses();
      return;
    }
    const classes = this.#informers.of(IngressClass);
    await classes.whenSynced();
    classes.on((change) => this.#store.onClass(change));
  }

  /** `--configmap`, read live: other settings mean another reading of every Ingress. */
  #readSettings(): void {
    const key = this.#flags.text("configmap");
    const data = key === "" ? {} : this.#world.get(ConfigMap, key)?.data;
    const settings = readSettings(data);
    if (sameData(settings, this.#settings)) return;
    this.#settings = settings;
    this.#compiler = new Compiler(ingressNginx(settings), this.#world);
    for (const name of settings.unknown) {
      const line = `"${name}" of the ConfigMap is not served in this hotel`;
      if (!this.#said.has(line)) this.#voice.say("W", "configmap.go:1", line);
      this.#said.add(line);
    }
  }

  #announceConfigMap(): void {
    const key = this.#flags.text("configmap");
    const map = key === "" ? undefined : this.#world.get(ConfigMap, key);
    if (map) this.#voice.event(map, "Normal", "CREATE", `ConfigMap ${key}`);
  }

  #onOther(kind: Kind, change: { old?: Obj; new?: Obj }): void {
    const object = (change.new ?? change.old)!;
    if (kind.kind === "ConfigMap") this.#onConfigMap(change);
    if (kind.kind === "Namespace") return this.#onNamespace(object.metadata.name);
    this.#sync.wish();
  }

  #onConfigMap(change: { old?: Obj; new?: Obj }): void {
    const object = (change.new ?? change.old)!;
    if (keyOf(object) !== this.#flags.text("configmap")) return;
    const before = this.#settings;
    this.#readSettings();
    if (before === this.#settings || !this.#ready) return;
    this.#voice.event(object, "Normal", "UPDATE", `ConfigMap ${keyOf(object)}`);
    // What was refused under the old settings may be welcome now.
    for (const ingress of this.#informers.of(Ingress).list()) {
      if (!this.#store.get(keyOf(ingress))) this.#store.onIngress({ new: ingress });
    }
  }

  /** --watch-namespace-selector: a namespace may come into view. */
  #onNamespace(name: string): void {
    if (this.#flags.text("watch-namespace-selector") === "" || !this.#watches(name)) return;
    for (const ingress of this.#informers.of(Ingress).list(name)) this.#store.reconsider(ingress);
  }

  #watches(namespace: string): boolean {
    const only = this.#flags.text("watch-namespace");
    if (only !== "" && only !== namespace) return false;
    const selector = this.#flags.text("watch-namespace-selector");
    if (selector === "") return true;
    const labels = this.#world.get(Namespace, namespace)?.metadata.labels ?? {};
    return matches(parseLabelSelector(selector), labels);
  }

  /** Models syncIngress: compile, compare, reload when routes changed, then the endpoints. */
  async #syncNow(): Promise<void> {
    if (this.#stopped) return;
    const first = this.#running === undefined;
    const ingresses = this.#store.list();
    const tls = this.#wantsTls(ingresses) ? await this.#tlsSide() : undefined;
    for (const line of tls?.sync(ingresses) ?? []) this.#voice.say(...line);
    this.#compiler.keep(ingresses);
    this.#compiler.refresh();
    const { table, failure } = this.#compiler.compiled();
    const upstreams = upstreamsOf({
      ingresses: ingresses.map((ingress) => ({
        ingress,
        options: readOptions(ingress, this.#settings, this.#world).options,
      })),
      world: this.#world,
      slices: this.#slicesOf,
      table,
      defaultService: this.#flags.text("default-backend-service"),
      externalNames: !this.#flags.flag("disable-svc-external-name"),
    });
    for (const line of [...upstreams.log, ...(tls?.assign(ingresses) ?? [])])
      this.#voice.say(...line);
    const changed = table !== this.#running;
    if (changed) {
      const message = "Configuration changes detected, backend reload required";
      this.#voice.say("I", "controller.go:217", structured(message));
      if (failure !== undefined) return this.#voice.reloaded(failure);
    }
    this.#running = table;
    const dialect = nginxDialect(this.#settings, this.#headerMaps());
    const { passing } = readOptions(noAnnotations, this.#settings, this.#world).options;
    const authorities = (secret: string) => tls?.authorities(secret) ?? [];
    this.#proxy.use({ table, upstreams: upstreams.byName, passing, authorities }, dialect);
    if (!changed) return;
    this.#voice.say("I", "controller.go:231", structured("Backend successfully reloaded"));
    this.#voice.reloaded();
    this.#publisher.soon();
    if (!first) return;
    this.#voice.say("I", "controller.go:243", structured("Initial sync, sleeping for 1 second"));
    await this.#o.clock.sleep(1000);
  }

  async #openWebhook(): Promise<void> {
    const { AdmissionWebhook } = await this.#o.clock.during(import("./webhook.ts"));
    this.#webhook = new AdmissionWebhook({
      ...this.#o,
      flags: this.#flags,
      world: () => this.#admissionWorld(),
      foreign: (ingress) => this.#store.whyForeign(ingress),
      say: this.#voice.say,
    });
    if (this.#webhook.port !== undefined) await this.#webhook.prepare();
  }

  #wantsTls(ingresses: readonly Ingress[]): boolean {
    if (this.#tls || this.#flags.text("default-ssl-certificate") !== "") return true;
    if (this.#flags.flag("enable-ssl-passthrough")) return true;
    return ingresses.some((ingress) => secretsOf(ingress).length > 0);
  }

  /** The cryptography is fetched with the first certificate, or the first guest on :443. */
  async #tlsSide(): Promise<TlsSide> {
    if (this.#tls) return this.#tls;
    const { TlsSide } = await this.#o.clock.during(import("./tlsside.ts"));
    return (this.#tls ??= new TlsSide({
      ...this.#o,
      flags: this.#flags,
      world: this.#world,
      table: () => this.#running,
      settings: () => this.#settings,
    }));
  }

  #headerMaps(): { add: Record<string, string>; proxySet: Record<string, string> } {
    const map = (key: string): Record<string, string> =>
      key === "" ? {} : { ...this.#world.get(ConfigMap, key)?.data };
    return { add: map(this.#settings.addHeaders), proxySet: map(this.#settings.proxySetHeaders) };
  }
}

/** What the settings alone say of a location. */
const noAnnotations: Ingress = {
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: "", namespace: "" },
  spec: {},
};
