// The three probes of a running container, over the virtual network from its node.
// Models kubernetes/pkg/kubelet/prober and pkg/probe. Not simulated: an image has no shell here,
// so an exec probe always succeeds; an HTTPS probe checks only that the port is open.

import type { Container, Probe } from "../../api/kinds/pod.ts";
import { text } from "../../base/bytes.ts";
import type { Clock, Timer } from "../../base/clock.ts";
import { printAddress } from "../../net/address.ts";
import type { Connection } from "../../net/connection.ts";
import { NetError } from "../../net/errors.ts";
import { HttpClient } from "../../net/http/client.ts";
import type { Host, Network } from "../../net/network.ts";
import { Trace } from "../../net/trace.ts";
import { namedPort } from "../pods.ts";

export type ProbeType = "Startup" | "Liveness" | "Readiness";

export interface ProberOptions {
  readonly container: Container;
  readonly podIp: string;
  readonly node: Host;
  readonly network: Network;
  readonly clock: Clock;
  /** `ready` or `started` changed. */
  onChange(): void;
  /** A probe failed: the words of the Event. */
  onUnhealthy(message: string): void;
  /** The container has failed for good and must be restarted. */
  onDead(type: ProbeType): void;
}

interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

/** How much of a bad answer is told. */
const outputMax = 1_024;

export class Prober {
  readonly #options: ProberOptions;
  readonly #timers = new Set<Timer>();
  #ready: boolean;
  #started: boolean;
  #stopped = false;

  constructor(options: ProberOptions) {
    this.#options = options;
    const { readinessProbe, startupProbe } = options.container;
    this.#started = startupProbe === undefined;
    this.#ready = readinessProbe === undefined;
  }

  get ready(): boolean {
    return this.#ready && this.#started;
  }

  get started(): boolean {
    return this.#started;
  }

  start(): void {
    const { startupProbe } = this.#options.container;
    if (startupProbe) this.#schedule("Startup", startupProbe);
    else this.#startOthers();
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #startOthers(): void {
    const { readinessProbe, livenessProbe } = this.#options.container;
    if (readinessProbe) this.#schedule("Readiness", readinessProbe);
    if (livenessProbe) this.#schedule("Liveness", livenessProbe);
  }

  #schedule(type: ProbeType, probe: Probe): void {
    const counts = { successes: 0, failures: 0 };
    this.#after(
      (probe.initialDelaySeconds ?? 0) * 1_000,
      () => void this.#run(type, probe, counts),
    );
  }

  async #run(
    type: ProbeType,
    probe: Probe,
    counts: { successes: number; failures: number },
  ): Promise<void> {
    const { clock, onUnhealthy } = this.#options;
    const startedAt = clock.now();
    const { ok, output } = await this.#probe(probe);
    if (this.#stopped) return;
    counts.successes = ok ? counts.successes + 1 : 0;
    counts.failures = ok ? 0 : counts.failures + 1;
    if (!ok) onUnhealthy(`${type} probe failed: ${output}`);
    if (this.#apply(type, probe, counts)) return;
    const nextAt = startedAt + (probe.periodSeconds ?? 10) * 1_000;
    this.#after(Math.max(0, nextAt - clock.now()), () => void this.#run(type, probe, counts));
  }

  /** True when this probe is over. */
  #apply(
    type: ProbeType,
    { successThreshold = 1, failureThreshold = 3 }: Probe,
    { successes, failures }: { successes: number; failures: number },
  ): boolean {
    const passed = successes >= successThreshold;
    const failed = failures >= failureThreshold;
    if (type === "Readiness") {
      if ((passed && !this.#ready) || (failed && this.#ready)) {
        this.#ready = passed;
        this.#options.onChange();
      }
      return false;
    }
    if (failed) {
      this.stop();
      this.#options.onDead(type);
      return true;
    }
    if (type === "Liveness" || !passed) return false;
    this.#started = true;
    this.#options.onChange();
    this.#startOthers();
    return true;
  }

  async #probe(probe: Probe): Promise<Outcome> {
    const { httpGet, tcpSocket } = probe;
    const timeoutMs = (probe.timeoutSeconds ?? 1) * 1_000;
    if (httpGet) return this.#http(httpGet, timeoutMs);
    const port = tcpSocket?.port ?? probe.grpc?.port;
    if (port === undefined) return { ok: true, output: "" };
    return this.#tcp(port, timeoutMs, tcpSocket?.host);
  }

  async #tcp(port: number | string, timeoutMs: number, host?: string): Promise<Outcome> {
    try {
      const connection = await this.#dial(port, timeoutMs, host);
      connection.end();
      return { ok: true, output: "" };
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      const to = printAddress({ ip: host ?? this.#options.podIp, port: this.#port(port) });
      return { ok: false, output: dialFailure(error, to) };
    }
  }

  async #http(get: NonNullable<Probe["httpGet"]>, timeoutMs: number): Promise<Outcome> {
    if (get.scheme === "HTTPS") return this.#tcp(get.port, timeoutMs, get.host);
    const to = printAddress({ ip: get.host ?? this.#options.podIp, port: this.#port(get.port) });
    const path = get.path?.startsWith("/") ? get.path : `/${get.path ?? ""}`;
    const url = `Get "http://${to}${path}"`;
    const late = { ok: false, output: `${url}: ${deadlineExceeded}` };
    const given = get.httpHeaders ?? [];
    const named = given.some(({ name }) => name.toLowerCase() === "host");
    const headers = [
      ...(named ? [] : [["Host", to] as const]),
      ["User-Agent", "kube-probe/1.34"] as const,
      ["Accept", "*/*"] as const,
      ...given.map(({ name, value }) => [name, value] as const),
      ["Connection", "close"] as const,
    ];
    let connection: Connection | undefined;
    let expired = false;
    const timer = this.#options.clock.after(timeoutMs, () => {
      expired = true;
      connection?.destroy();
    });
    try {
      connection = await this.#dial(get.port, timeoutMs, get.host);
      if (expired) return late;
      const response = await new HttpClient(connection).send({
        method: "GET",
        target: path,
        headers,
      });
      const ok = response.status >= 200 && response.status < 400;
      if (ok) return { ok, output: text(await response.body.bytes()).slice(0, outputMax) };
      return { ok, output: `HTTP probe failed with statuscode: ${response.status}` };
    } catch (error) {
      if (expired) return late;
      if (!(error instanceof NetError)) return { ok: false, output: `${url}: ${String(error)}` };
      return { ok: false, output: `${url}: ${httpFailure(error, to)}` };
    } finally {
      timer.cancel();
      connection?.destroy();
    }
  }

  #dial(port: number | string, timeoutMs: number, host?: string): Promise<Connection> {
    const { network, node, podIp, clock } = this.#options;
    const trace = new Trace({ id: "probe", now: () => clock.now(), on: false });
    const to = { ip: host ?? podIp, port: this.#port(port) };
    return network.dial(node, to, trace, { timeoutMs });
  }

  #port(port: number | string): number {
    return namedPort([this.#options.container], port) ?? 0;
  }

  #after(delayMs: number, task: () => void): void {
    if (this.#stopped) return;
    const timer = this.#options.clock.after(delayMs, () => {
      this.#timers.delete(timer);
      if (!this.#stopped) task();
    });
    this.#timers.add(timer);
  }
}

const deadlineExceeded =
  "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";

function dialFailure({ fault }: NetError, to: string): string {
  if (fault === "timeout") return `dial tcp ${to}: i/o timeout`;
  const why = fault === "refused" ? "connection refused" : "no route to host";
  return `dial tcp ${to}: connect: ${why}`;
}

function httpFailure(error: NetError, to: string): string {
  if (error.fault === "timeout") return deadlineExceeded;
  if (error.fault === "refused" || error.fault === "unreachable") return dialFailure(error, to);
  return error.fault === "reset" ? "read: connection reset by peer" : "EOF";
}
