// What a command line asks for: one Config, filled by options.ts.

/** Where one URL's content goes; the n-th -o or -O belongs to the n-th URL. */
export type Destination =
  | { readonly to: "stdout" }
  | { readonly to: "file"; readonly name: string }
  | { to: "remote name" };

export interface Config {
  urls: string[];
  destinations: Destination[];
  createDirs: boolean;
  outputDir: string | undefined;
  globOff: boolean;
  pathAsIs: boolean;

  // The request
  /** -X: said instead of the method that follows from the other options. */
  method: string | undefined;
  head: boolean;
  get: boolean;
  data: Uint8Array | undefined;
  json: boolean;
  /** --url-query: appended to every URL's query, encoded already. */
  urlQuery: string[];
  headers: string[];
  userAgent: string | undefined;
  referer: string | undefined;
  autoReferer: boolean;
  user: string | undefined;
  range: string | undefined;
  requestTarget: string | undefined;
  version: "HTTP/1.0" | "HTTP/1.1";

  // Cookies
  /** -b NAME=VALUE. */
  cookies: string[];
  /** -b FILE: turns the cookie engine on. */
  cookieFiles: string[];
  cookieJar: string | undefined;
  junkSessionCookies: boolean;

  // The way there
  resolve: string[];
  connectTo: string[];
  maxTimeMs: number | undefined;
  connectTimeoutMs: number | undefined;
  /** For the handshake of https. */
  tls: {
    insecure: boolean;
    cacert?: string;
    capath?: string;
    cert?: string;
    key?: string;
    /** --no-alpn. */
    alpn?: false;
    /** --http1.1: no other version is offered. */
    http11?: boolean;
    /** Versions of TLS: 1.2 for --tlsv1.2 and --tls-max 1.2. */
    min?: number;
    max?: number;
  };

  // Redirects and retries
  location: boolean;
  locationTrusted: boolean;
  /** Negative: without limit. */
  maxRedirs: number;
  keepPost: ReadonlySet<number>;
  retry: number;
  retryDelayMs: number;
  retryMaxTimeMs: number;
  retryAllErrors: boolean;
  retryConnRefused: boolean;

  // What is shown
  include: boolean;
  dumpHeader: string | undefined;
  silent: boolean;
  showError: boolean;
  verbose: boolean;
  progressMeter: boolean;
  styledOutput: boolean;
  fail: "no" | "without body" | "with body";
  failEarly: boolean;
  writeOut: string | undefined;

  /** --help CATEGORY or --version: asked for instead of a transfer. */
  instead: { help: string } | "version" | undefined;
}

/** curl follows so many redirects when it is not told otherwise. */
const redirsMax = 50;

export function newConfig(): Config {
  return {
    urls: [],
    destinations: [],
    createDirs: false,
    outputDir: undefined,
    globOff: false,
    pathAsIs: false,
    method: undefined,
    head: false,
    get: false,
    data: undefined,
    json: false,
    urlQuery: [],
    headers: [],
    userAgent: undefined,
    referer: undefined,
    autoReferer: false,
    user: undefined,
    range: undefined,
    requestTarget: undefined,
    version: "HTTP/1.1",
    cookies: [],
    cookieFiles: [],
    cookieJar: undefined,
    junkSessionCookies: false,
    resolve: [],
    connectTo: [],
    maxTimeMs: undefined,
    connectTimeoutMs: undefined,
    tls: { insecure: false },
    location: false,
    locationTrusted: false,
    maxRedirs: redirsMax,
    keepPost: new Set(),
    retry: 0,
    retryDelayMs: 0,
    retryMaxTimeMs: 0,
    retryAllErrors: false,
    retryConnRefused: false,
    include: false,
    dumpHeader: undefined,
    silent: false,
    showError: false,
    verbose: false,
    progressMeter: true,
    styledOutput: true,
    fail: "no",
    failEarly: false,
    writeOut: undefined,
    instead: undefined,
  };
}
