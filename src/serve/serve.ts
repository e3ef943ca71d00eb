// grand-ingress serve: the sandbox's cluster, open to real kubectl, curl and openssl on loopback.

import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { HotelError, openHotel, readyMsMax, type StartFile } from "../sandbox/hotel.ts";
import { Pace } from "../sandbox/pace.ts";
import { type ApiPort, serveApi } from "./api.ts";
import { createServerIdentity } from "./certificates.ts";
import { SystemRandom } from "./tlsstream.ts";
import { openDoor, type StreetDoor } from "./doors.ts";
import { kubeconfig } from "./kubeconfig.ts";

export const serveUsage = `Usage: grand-ingress serve [OPTIONS]

Opens a cluster with the hotel's rooms: its API server on https for a real kubectl, and its
street doors (ports 80 and 443 of the public address) on loopback. Ends with Ctrl+C.

  --api-port PORT     the API server's port (a free one)
  --http-port PORT    the door to port 80 (a free one)
  --https-port PORT   the door to port 443 (a free one)
  --kubeconfig FILE   where to write the kubeconfig (a new file in the temporary folder)
  --seed N            the cluster's seed (1)
  --empty             a new cluster, without the hotel's rooms
  --install CHART     a chart installed before all is ready, such as ingress-nginx (repeatable)
  --apply FILE        a manifest applied after the charts (repeatable)
  --json              print one line {"kubeconfig","api","http","https"} once all is ready
`;

/** The one address of the hotel: what the cloud gives to its first load balancer. */
const publicIp = "203.0.113.10";

interface Options {
  apiPort: number;
  httpPort: number;
  httpsPort: number;
  kubeconfig: string | undefined;
  seed: number;
  empty: boolean;
  install: string[];
  apply: string[];
  json: boolean;
}

/** Runs until SIGINT or SIGTERM. Returns the exit status. */
export async function serve(args: string[]): Promise<number> {
  let options: Options;
  let objects: StartFile[];
  try {
    options = parse(args);
    objects = options.apply.map(readManifest);
  } catch (error) {
    process.stderr.write(`grand-ingress serve: ${messageOf(error)}\n\n${serveUsage}`);
    return 2;
  }
  try {
    const open = await openAll(options, objects);
    if (options.json) process.stdout.write(`${JSON.stringify(open.ready)}\n`);
    else process.stdout.write(greeting(open.ready));
    await new Promise((stop) => process.once("SIGINT", stop).once("SIGTERM", stop));
    open.close();
    return 0;
  } catch (error) {
    if (!(error instanceof HotelError) && !isListenError(error)) throw error;
    process.stderr.write(`grand-ingress serve: ${messageOf(error)}\n`);
    return 1;
  }
}

interface Ready {
  readonly kubeconfig: string;
  readonly api: string;
  readonly http: string;
  readonly https: string;
}

async function openAll(
  options: Options,
  objects: StartFile[],
): Promise<{ ready: Ready; close(): void }> {
  // The cluster gets ready in virtual time, in the past, so that it is never ahead of the
  // clocks of the real tools that print ages.
  const hotel = await openHotel({
    seed: options.seed,
    rooms: !options.empty,
    startMs: Date.now() - 2 * readyMsMax,
    start: { broken: false, install: options.install, names: {}, objects, files: [] },
  });
  const { cluster } = hotel;
  await cluster.clock.advanceTo(Date.now());
  const pace = new Pace(cluster.clock, {
    ran: () => {},
    failed: (error) => {
      // The simulation itself is broken: going on would only hide it.
      process.nextTick(() => {
        throw error;
      });
    },
  });
  const arrive = (): Promise<void> => pace.catchUp();
  const opened: (ApiPort | StreetDoor)[] = [];
  const close = (): void => {
    for (const one of opened) one.close();
    pace.stop();
    hotel.close();
  };
  try {
    const token = randomBytes(24).toString("base64url");
    const identity = createServerIdentity(Date.now(), new SystemRandom());
    const api = await serveApi({
      port: options.apiPort,
      identity: identity.identity,
      token,
      arrive,
      transport: async (request) => {
        await arrive();
        return cluster.api(request);
      },
    });
    opened.push(api);
    const door = async (port: number, inside: number): Promise<StreetDoor> => {
      const { network, clock, laptop } = cluster;
      const to = { ip: publicIp, port: inside };
      const one = await openDoor({ port, to, from: laptop, network, clock, arrive });
      opened.push(one);
      return one;
    };
    const http = await door(options.httpPort, 80);
    const https = await door(options.httpsPort, 443);
    const server = `https://127.0.0.1:${api.port}`;
    const file = resolve(
      options.kubeconfig ?? join(mkdtempSync(join(tmpdir(), "grand-ingress-")), "kubeconfig"),
    );
    writeFileSync(file, kubeconfig({ server, ca: identity.ca, token }), { mode: 0o600 });
    const ready = {
      kubeconfig: file,
      api: server,
      http: `http://127.0.0.1:${http.port}`,
      https: `https://127.0.0.1:${https.port}`,
    };
    return { ready, close };
  } catch (error) {
    close();
    throw error;
  }
}

function greeting({ kubeconfig: file, api, http, https }: Ready): string {
  return `The hotel is open.

  API server  ${api}
  street      ${http} (port 80) and ${https} (port 443)

  export KUBECONFIG=${file}
  kubectl get pods -A
  curl -H 'Host: example.com' ${http}/web
`;
}

function parse(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      "api-port": { type: "string", default: "0" },
      "http-port": { type: "string", default: "0" },
      "https-port": { type: "string", default: "0" },
      kubeconfig: { type: "string" },
      seed: { type: "string", default: "1" },
      empty: { type: "boolean", default: false },
      install: { type: "string", multiple: true, default: [] },
      apply: { type: "string", multiple: true, default: [] },
      json: { type: "boolean", default: false },
    },
  });
  return {
    apiPort: port("--api-port", values["api-port"]),
    httpPort: port("--http-port", values["http-port"]),
    httpsPort: port("--https-port", values["https-port"]),
    kubeconfig: values.kubeconfig,
    seed: wholeNumber("--seed", values.seed, 2 ** 32 - 1),
    empty: values.empty,
    install: values.install,
    apply: values.apply,
    json: values.json,
  };
}

function port(flag: string, value: string): number {
  return wholeNumber(flag, value, 65_535);
}

function wholeNumber(flag: string, value: string, max: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number <= max) return number;
  throw new Error(`${flag} wants a whole number from 0 to ${max}, saw "${value}"`);
}

function readManifest(path: string, index: number): StartFile {
  try {
    return { name: `${index}-${basename(path)}`, content: readFileSync(path, "utf8") };
  } catch (error) {
    throw new Error(`--apply ${path}: ${messageOf(error)}`, { cause: error });
  }
}

function isListenError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && error.syscall === "listen";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
