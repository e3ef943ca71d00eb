// The static configuration: what the command line says. Flag names are written in any case.

import { Flags } from "../../flags.ts";
import { logFormat } from "./log.ts";
import type { LogFormat } from "./log.ts";

/** Where Traefik listens, by name. */
export interface EntryPoint {
  readonly name: string;
  readonly port: number;
  /** --entryPoints.NAME.http.tls: every router there speaks TLS. */
  readonly tls: boolean;
}

export interface TraefikSettings {
  readonly entryPoints: readonly EntryPoint[];
  /** --providers.kubernetesingress.ingressclass; "" takes every class of our controller. */
  readonly ingressClass: string;
  readonly strictPrefix: boolean;
  /** A Service without endpoints answers 503 instead of having no route. */
  readonly allowEmpty: boolean;
  readonly allowExternalNames: boolean;
  readonly nativeLb: boolean;
  /** NAMESPACE/NAME of the Service whose address is published. */
  readonly publishedService: string;
  readonly namespaces: readonly string[];
  readonly accessLog: "off" | "common" | "json";
  readonly ping: boolean;
  readonly log: LogFormat;
  /** forwardedHeaders.insecure: fields of whoever sends them are believed. */
  readonly trusting: readonly string[];
}

/** Entry points that serve no guests. */
const internal = ["traefik", "metrics"];

export const defaults: TraefikSettings = readSettings([
  "--entrypoints.web.address=:8000/tcp",
  "--entrypoints.websecure.address=:8443/tcp",
  "--entrypoints.websecure.http.tls=true",
]);

export function readSettings(args: readonly string[]): TraefikSettings {
  const lower = args.map((arg) => arg.replace(/^--?[^=]+/, (name) => name.toLowerCase()));
  const flags = new Flags(lower);
  const provider = "providers.kubernetesingress.";
  const access = flags.flag("accesslog") || lower.some((arg) => arg.startsWith("--accesslog."));
  const accessLog = flags.text("accesslog.format") === "json" ? "json" : "common";
  const namespaces = flags.text(`${provider}namespaces`);
  return {
    entryPoints: entryPoints(lower, flags),
    ingressClass: flags.text(`${provider}ingressclass`),
    strictPrefix: flags.flag(`${provider}strictprefixmatching`),
    allowEmpty: flags.flag(`${provider}allowemptyservices`),
    allowExternalNames: flags.flag(`${provider}allowexternalnameservices`),
    nativeLb: flags.flag(`${provider}nativelbbydefault`),
    publishedService: flags.text(`${provider}ingressendpoint.publishedservice`),
    namespaces: namespaces === "" ? [] : namespaces.split(","),
    accessLog: access ? accessLog : "off",
    ping: flags.flag("ping"),
    log: logFormat(flags.text("log.level", "ERROR"), flags.text("log.format", "common")),
    trusting: lower.flatMap((arg) => {
      const found = /^--entrypoints\.([^.]+)\.forwardedheaders\.insecure(=true)?$/.exec(arg);
      return found ? [found[1]!] : [];
    }),
  };
}

/** Where guests come in: all entry points that are not Traefik's own. */
export function publicEntryPoints({ entryPoints }: TraefikSettings): readonly EntryPoint[] {
  return entryPoints.filter(({ name }) => !internal.includes(name));
}

function entryPoints(lower: readonly string[], flags: Flags): EntryPoint[] {
  const found = lower.flatMap((arg) => {
    const address = /^--entrypoints\.([^.]+)\.address=[^:]*:(\d+)(?:\/tcp)?$/.exec(arg);
    if (!address) return [];
    const [, name = "", port] = address;
    const tls = `entrypoints.${name}.http.tls`;
    const isTls = flags.flag(tls) || lower.some((one) => one.startsWith(`--${tls}.`));
    return [{ name, port: Number(port), tls: isTls }];
  });
  return found.length > 0 ? found : [{ name: "http", port: 80, tls: false }];
}
