// From a URL's host to a connection that bytes can be sent over: --connect-to, --resolve, the
// names of the machine, TCP, and for https the handshake (secure.ts). Connections are kept and
// used again, as libcurl's pool does.

import type { Clock } from "../../../base/clock.ts";
import { isIpv4 } from "../../../net/address.ts";
import { NetError } from "../../../net/errors.ts";
import type { Connection } from "../../../net/connection.ts";
import type { Trace } from "../../../net/trace.ts";
import type { ResumableSession } from "../../../net/tls/contract.ts";
import { pathOf, type Call } from "../../command.ts";
import type { World } from "../../world.ts";
import { lookUp } from "../net/hosts.ts";
import type { Config } from "./config.ts";
import { code, CurlError } from "./errors.ts";
import { Line } from "./exchange.ts";
import type { Messages } from "./messages.ts";
import { secure, type CurlTls } from "./secure.ts";
import type { Target } from "./url.ts";

/** A line with what curl says of it. */
export interface Kept {
  readonly line: Line;
  /** "#0" in the talk of -v. */
  readonly number: number;
  /** The host as curl names it; that of --connect-to, when it was used. */
  readonly shownHost: string;
  readonly ip: string;
  readonly port: number;
  /** Where it speaks TLS. */
  readonly tls: CurlTls | undefined;
}

/** Times and stages of one connect, for --write-out and for the words of a timeout. */
export interface Progress {
  stage: "resolving" | "connecting" | "transferring";
  /** When the request under way began. */
  startedAt: number;
  resolvedAt: number;
  connectedAt: number;
  securedAt: number;
  connects: number;
  /** Nobody waits any more: --max-time is over, or the learner pressed Ctrl+C. */
  over: boolean;
}

/** Ends work that nobody waits for any more: Ctrl+C, or a timeout told already. */
export class Interrupted extends Error {
  override name = "Interrupted";
}

/** Linux gives up on a host that does not answer after so long (see src/net/virtual.ts). */
const tcpMsMax = 130_000;

/** All connections of one run of curl. */
export class Transport {
  readonly #call: Call;
  readonly #world: World;
  readonly #clock: Clock;
  readonly #config: Config;
  readonly #messages: Messages;
  readonly #pool = new Map<string, Kept>();
  readonly #resolved = new Map<string, readonly string[]>();
  readonly #given = new Map<string, readonly string[]>();
  readonly #open = new Set<Kept>();
  readonly #sessions = new Map<string, ResumableSession>();
  /** A connection that shakes hands, or has done so in vain. */
  #opening: CurlTls | undefined;
  #count = 0;

  constructor(call: Call, config: Config, messages: Messages) {
    this.#call = call;
    this.#world = call.world;
    this.#clock = call.world.clock;
    this.#config = config;
    this.#messages = messages;
  }

  /** A connection to `target`, kept or new. Throws CurlError. */
  async open(target: Target, trace: Trace, progress: Progress): Promise<Kept> {
    progress.stage = "resolving";
    const to = this.#connectTo(target);
    this.#opening = undefined;
    const key = poolKey(target, to);
    const kept = this.#pool.get(key);
    this.#pool.delete(key);
    const now = this.#clock.now();
    if (kept?.line.reusable) {
      this.#messages.info(`Re-using existing connection with host ${kept.shownHost}`);
      kept.line.connection.trace = trace;
      if (kept.tls) kept.tls.idle = false;
      progress.resolvedAt = progress.connectedAt = now;
      return kept;
    }
    const ips = await this.#resolve(to.host, to.port, trace);
    if (progress.over) throw new Interrupted("nobody waits for this name any more");
    progress.resolvedAt = this.#clock.now();
    progress.stage = "connecting";
    return this.#connect({ ...to, ips, target }, trace, progress);
  }

  /** Keeps the connection for the next request, or closes it; with the line that -v prints. */
  giveBack(target: Target, kept: Kept): void {
    if (!kept.line.reusable) return this.close(kept);
    const to = this.#connectTo(target, { quiet: true });
    if (kept.tls) kept.tls.idle = true;
    this.#pool.set(poolKey(target, to), kept);
    this.#messages.info(`Connection #${kept.number} to host ${kept.shownHost} left intact`);
  }

  /** Ends a connection that is of no more use. */
  close(kept: Kept): void {
    this.#messages.info("Closing connection");
    this.#end(kept);
  }

  /** The handshake that failed last. */
  get lastTls(): CurlTls | undefined {
    return this.#opening;
  }

  /** Ends what was being opened. */
  giveUp(): void {
    this.#messages.info("Closing connection");
    this.#opening?.end();
  }

  /** Ends all that is open, without a word. */
  closeAll(): void {
    for (const kept of this.#open) {
      if (kept.tls) kept.tls.silent = true;
      this.#end(kept);
    }
  }

  #end(kept: Kept): void {
    this.#open.delete(kept);
    if (kept.tls) kept.tls.end();
    else kept.line.connection.destroy();
  }

  /** --connect-to HOST1:PORT1:HOST2:PORT2, where an empty part stands for any or for the same. */
  #connectTo(
    { host, port }: Target,
    { quiet = false }: { quiet?: boolean } = {},
  ): { host: string; port: number } {
    for (const entry of this.#config.connectTo) {
      const found = /^(\[[^\]]*\]|[^:]*):(\d*):(\[[^\]]*\]|[^:]*):(\d*)$/.exec(entry);
      if (!found) continue;
      const [, host1 = "", port1 = "", host2 = "", port2 = ""] = found;
      if (host1 !== "" && host1.toLowerCase() !== host.toLowerCase()) continue;
      if (port1 !== "" && Number(port1) !== port) continue;
      const to = { host: host2 || host, port: port2 === "" ? port : Number(port2) };
      if (!quiet && host2 !== "") this.#messages.info(`Connecting to hostname: ${host2}`);
      if (!quiet && port2 !== "") this.#messages.info(`Connecting to port: ${port2}`);
      return to;
    }
    return { host, port };
  }

  /**
   * --resolve HOST:PORT:ADDRESS[,ADDRESS]…: answers that are there before anybody is asked.
   * Read for each transfer anew. Throws CurlError.
   */
  readResolve(): void {
    for (const entry of this.#config.resolve) {
      const found = /^[+-]?([^:]+):(\d+)(?::(.+))?$/.exec(entry);
      const ips = (found?.[3] ?? "").split(",").map((ip) => ip.replace(/^\[|\]$/g, ""));
      const removes = entry.startsWith("-");
      if (!found || (!removes && !ips.every((ip) => isIpv4(ip)))) {
        const words = `Couldn't parse CURLOPT_RESOLVE entry '${entry}'`;
        throw new CurlError(code.setoptOptionSyntax, words);
      }
      const [, host = "", port = ""] = found;
      const key = `${host.toLowerCase()}:${port}`;
      if (removes) this.#given.delete(key);
      else {
        const place = `${host}:${port}`;
        if (this.#given.has(key)) {
          this.#messages.info(`RESOLVE ${place} is - old addresses discarded`);
        }
        this.#given.set(key, ips);
      }
      if (!removes) this.#messages.info(`Added ${host}:${port}:${found[3]} to DNS cache`);
      if (host === "*") {
        this.#messages.info(`RESOLVE *:${port} is wildcard, enabling wildcard checks`);
      }
    }
  }

  async #resolve(host: string, port: number, trace: Trace): Promise<readonly string[]> {
    const key = `${host.toLowerCase()}:${port}`;
    const given = this.#given.get(key) ?? this.#given.get(`*:${port}`);
    const known = given ?? this.#resolved.get(key);
    if (known) {
      this.#messages.info(`Hostname ${host} was found in DNS cache`);
      const by = this.#world.laptop.actor;
      if (given)
        trace.add(by, { did: "resolve", name: host, ips: known, why: "--resolve says so" });
      return known;
    }
    try {
      const ips = await lookUp(this.#world, host, trace);
      this.#resolved.set(key, ips);
      if (!isIpv4(host)) {
        this.#messages.info(`Host ${host}:${port} was resolved.`);
        this.#messages.info("IPv6: (none)");
        this.#messages.info(`IPv4: ${ips.join(", ")}`);
      }
      return ips;
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      throw new CurlError(code.couldntResolveHost, `Could not resolve host: ${host}`);
    }
  }

  /** Tries the addresses in turn. */
  async #connect(
    to: { host: string; port: number; ips: readonly string[]; target: Target },
    trace: Trace,
    progress: Progress,
  ): Promise<Kept> {
    const { host, port, ips } = to;
    let fault: NetError | undefined;
    for (const ip of ips) {
      this.#messages.info(`  Trying ${ip}:${port}...`);
      try {
        return await this.#dial(to, { ip, port }, trace, progress);
      } catch (error) {
        if (progress.over) throw new Interrupted("nobody waits for this connection any more");
        if (!(error instanceof NetError)) throw error;
        fault = error;
        this.#sayFault(ip, port, error);
      }
    }
    throw this.#gaveUp(host, port, fault, progress);
  }

  async #dial(
    { host, target }: { host: string; target: Target },
    address: { ip: string; port: number },
    trace: Trace,
    progress: Progress,
  ): Promise<Kept> {
    const { network, laptop } = this.#world;
    const { connectTimeoutMs = tcpMsMax } = this.#config;
    const timeoutMs = Math.min(connectTimeoutMs || tcpMsMax, tcpMsMax);
    const connection = await network.dial(laptop, address, trace, { timeoutMs });
    if (progress.over) {
      connection.destroy();
      throw new Interrupted("nobody waits for this connection any more");
    }
    progress.connectedAt = this.#clock.now();
    progress.connects++;
    const { ip, port } = address;
    this.#messages.info(`Connected to ${host} (${ip}) port ${port}`);
    const number = this.#count++;
    const tls =
      target.scheme === "https" ? await this.#secure(connection, target, progress) : undefined;
    const line = new Line(tls ?? connection, this.#clock);
    const kept = { line, number, shownHost: host, ip, port, tls };
    this.#open.add(kept);
    this.#opening = undefined;
    return kept;
  }

  async #secure(connection: Connection, target: Target, progress: Progress): Promise<CurlTls> {
    const { random, files } = this.#world;
    const { connectTimeoutMs } = this.#config;
    let stop = (_: Error): void => {};
    const late = new Promise<never>((_, reject) => (stop = reject));
    late.catch(() => undefined);
    const leftMs = (connectTimeoutMs || tcpMsMax) - (this.#clock.now() - progress.startedAt);
    const timer = this.#clock.after(leftMs, () => {
      stop(new CurlError(code.operationTimedout, "SSL connection timeout"));
    });
    const shaking = secure(
      connection,
      {
        ...{ host: target.host, port: target.port, random, sessions: this.#sessions },
        ...{ config: this.#config, messages: this.#messages, clock: this.#clock },
        read: (name) => files.read(pathOf(this.#call, name)),
      },
      (opening) => void (this.#opening = opening),
    );
    shaking.catch(() => undefined);
    try {
      const tls = await Promise.race([shaking, late]);
      if (progress.over) throw new Interrupted("nobody waits for this connection any more");
      progress.securedAt = this.#clock.now();
      return tls;
    } catch (error) {
      if (progress.over) connection.destroy();
      throw error;
    } finally {
      timer.cancel();
    }
  }

  #sayFault(ip: string, port: number, { fault }: NetError): void {
    const { connectTimeoutMs } = this.#config;
    if (fault === "timeout" && connectTimeoutMs && connectTimeoutMs < tcpMsMax) {
      this.#messages.info(`ipv4 connect timeout after ${connectTimeoutMs}ms, move on!`);
    } else {
      this.#messages.info(`connect to ${ip} port ${port} failed: ${faultWords(fault)}`);
    }
  }

  #gaveUp(host: string, port: number, error: NetError | undefined, progress: Progress): CurlError {
    const { connectTimeoutMs } = this.#config;
    const late = error?.fault === "timeout";
    const ours = late && connectTimeoutMs && connectTimeoutMs < tcpMsMax;
    const afterMs = Math.floor(this.#clock.now() - progress.startedAt);
    const why = ours ? "Timeout was reached" : "Couldn't connect to server";
    const words = `Failed to connect to ${host} port ${port} after ${afterMs} ms: ${why}`;
    return new CurlError(late ? code.operationTimedout : code.couldntConnect, words);
  }
}

/** Connections are for one host, and for one place where it is said to be. */
function poolKey({ scheme, host, port }: Target, to: { host: string; port: number }): string {
  return `${scheme}://${host}:${port} at ${to.host}:${to.port}`.toLowerCase();
}

/** strerror(3)'s words. */
function faultWords(fault: NetError["fault"]): string {
  if (fault === "timeout") return "Connection timed out";
  return fault === "unreachable" ? "No route to host" : "Connection refused";
}
