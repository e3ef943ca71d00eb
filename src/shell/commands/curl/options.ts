// The options that this curl honours, and how a command line fills a Config with them.
// The words for wrong ones are those of curl 8.5 (src/tool_getparam.c, src/tool_helpers.c).

import { text } from "../../../base/bytes.ts";
import { linesOf } from "../../streams.ts";
import { notHere, type Call } from "../../command.ts";
import { newConfig, type Config } from "./config.ts";
import { dataOf, joinData, readSource, UnreadableFile, urlEncoded } from "./data.ts";
import type { DataOption } from "./data.ts";
import { absentOptions, knownOption, type KnownOption } from "./known.ts";
import { Messages } from "./messages.ts";

/** A command line that cannot be run; `told` is all that is printed. */
export class BadCommandLine extends Error {
  override name = "BadCommandLine";
  readonly status: number;
  readonly told: string;

  constructor(told: string, status = 2) {
    super(told);
    this.told = told;
    this.status = status;
  }
}

export const tryHelp = "curl: try 'curl --help' or 'curl --manual' for more information\n";

/** Takes a command line apart. Reads the files that it names. Throws BadCommandLine. */
export async function parseArguments(call: Call): Promise<Config> {
  const config = newConfig();
  const draft: Draft = { config, call, messages: new Messages(call, config), remoteNameAll: false };
  const args = [...call.args];
  for (let arg = args.shift(); arg !== undefined; arg = args.shift()) {
    if (arg === "--") args.splice(0).forEach((url) => config.urls.push(url));
    else if (arg.startsWith("--")) await longOption(draft, arg, args);
    else if (arg.startsWith("-") && arg !== "-") await letters(draft, arg, args);
    else config.urls.push(arg);
    if (config.instead) return config;
  }
  if (config.urls.length === 0) throw new BadCommandLine(`curl: (2) no URL specified\n${tryHelp}`);
  settleMethod(draft);
  while (draft.remoteNameAll && config.destinations.length < config.urls.length) {
    config.destinations.push({ to: "remote name" });
  }
  return config;
}

/** All long options and letters that may be typed, for completion. */
export function optionNames(): readonly string[] {
  return honoured.flatMap(({ option: { name, letter } }) =>
    letter === undefined ? [`--${name}`] : [`--${name}`, `-${letter}`],
  );
}

/** What a command line is read into. */
interface Draft {
  readonly config: Config;
  readonly call: Call;
  readonly messages: Messages;
  remoteNameAll: boolean;
}

/** `on` is false for --no-OPTION. */
type Setter = (draft: Draft, value: string, on: boolean) => void | Promise<void>;

const nothing: Setter = () => undefined;

/** Written as in known.ts. A switch without a value can be reversed with --no-. */
const setters: Readonly<Record<string, Setter>> = {
  "url=": ({ config }, value) => void config.urls.push(value),
  "output/o=": ({ config }, name) =>
    void config.destinations.push(name === "-" ? { to: "stdout" } : { to: "file", name }),
  "remote-name/O": ({ config }) => void config.destinations.push({ to: "remote name" }),
  "remote-name-all": (draft, _, on) => void (draft.remoteNameAll = on),
  "create-dirs": ({ config }, _, on) => void (config.createDirs = on),
  "output-dir=": ({ config }, value) => void (config.outputDir = value),
  "globoff/g": ({ config }, _, on) => void (config.globOff = on),
  "path-as-is": ({ config }, _, on) => void (config.pathAsIs = on),

  "request/X=": ({ config }, value) => void (config.method = value),
  "head/I": ({ config }, _, on) => void (config.head = on),
  "get/G": ({ config }, _, on) => void (config.get = on),
  "data/d=": data("data"),
  "data-ascii=": data("data"),
  "data-raw=": data("data-raw"),
  "data-binary=": data("data-binary"),
  "data-urlencode=": data("data-urlencode"),
  "json=": data("json"),
  "url-query=": async ({ config, call }, value) => {
    config.urlQuery.push(value.startsWith("+") ? value.slice(1) : await urlEncoded(value, call));
  },
  "header/H=": header,
  "user-agent/A=": ({ config }, value) => void (config.userAgent = value),
  "referer/e=": ({ config }, value) => {
    config.autoReferer = value.endsWith(";auto");
    const referer = value.replace(/;auto$/, "");
    config.referer = referer === "" ? undefined : referer;
  },
  "user/u=": ({ config }, value) => {
    if (!value.includes(":")) {
      const why = "asking for a password (the real curl does); write -u USER:PASSWORD";
      throw new BadCommandLine(`curl: ${notHere(why)}\n`);
    }
    config.user = value;
  },
  "oauth2-bearer=": ({ config }, value) =>
    void config.headers.push(`Authorization: Bearer ${value}`),
  basic: nothing,
  "range/r=": ({ config }, value) => void (config.range = value),
  "request-target=": ({ config }, value) => void (config.requestTarget = value),
  "http1.0/0": ({ config }) => void (config.version = "HTTP/1.0"),
  "http1.1": ({ config }) => {
    config.version = "HTTP/1.1";
    config.tls.http11 = true;
  },
  "expect100-timeout=": nothing,

  "cookie/b=": ({ config }, value) => {
    const from = value.startsWith("@") ? value.slice(1) : value;
    (from === value && value.includes("=") ? config.cookies : config.cookieFiles).push(from);
  },
  "cookie-jar/c=": ({ config }, value) => void (config.cookieJar = value),
  "junk-session-cookies/j": ({ config }, _, on) => void (config.junkSessionCookies = on),

  "resolve=": ({ config }, value) => void config.resolve.push(value),
  "connect-to=": ({ config }, value) => void config.connectTo.push(value),
  "max-time/m=": ({ config }, value) => void (config.maxTimeMs = milliseconds(value)),
  "connect-timeout=": ({ config }, value) => void (config.connectTimeoutMs = milliseconds(value)),
  "insecure/k": ({ config }, _, on) => void (config.tls.insecure = on),
  "cacert=": ({ config }, value) => void (config.tls.cacert = value),
  "capath=": ({ config }, value) => void (config.tls.capath = value),
  "cert/E=": ({ config }, value) => void (config.tls.cert = value),
  "key=": ({ config }, value) => void (config.tls.key = value),
  alpn: ({ config }, _, on) => {
    if (on) delete config.tls.alpn;
    else config.tls.alpn = false;
  },
  npn: nothing,
  sessionid: nothing,
  "tlsv1/1": ({ config }) => void delete config.tls.min,
  "tlsv1.0": ({ config }) => void delete config.tls.min,
  "tlsv1.1": ({ config }) => void delete config.tls.min,
  "tlsv1.2": ({ config }) => void (config.tls.min = 1.2),
  "tlsv1.3": ({ config }) => void (config.tls.min = 1.3),
  "tls-max=": ({ config }, value) => {
    if (value === "default") delete config.tls.max;
    else if (/^1\.[0-3]$/.test(value)) config.tls.max = Number(value);
    else throw new BadValue("is badly used here");
  },
  "ipv4/4": nothing,
  "tcp-nodelay": nothing,
  "tcp-fastopen": nothing,
  keepalive: nothing,
  "keepalive-time=": nothing,
  "keepalive-cnt=": nothing,

  "location/L": ({ config }, _, on) => void (config.location = on),
  "location-trusted": ({ config }, _, on) => {
    config.location = config.locationTrusted = on;
  },
  "max-redirs=": ({ config }, value) => void (config.maxRedirs = wholeNumber(value, -1)),
  post301: keepPost(301),
  post302: keepPost(302),
  post303: keepPost(303),
  "retry=": ({ config }, value) => void (config.retry = wholeNumber(value)),
  "retry-delay=": ({ config }, value) => void (config.retryDelayMs = wholeNumber(value) * 1000),
  "retry-max-time=": ({ config }, value) =>
    void (config.retryMaxTimeMs = wholeNumber(value) * 1000),
  "retry-all-errors": ({ config }, _, on) => void (config.retryAllErrors = on),
  "retry-connrefused": ({ config }, _, on) => void (config.retryConnRefused = on),

  "include/i": ({ config }, _, on) => void (config.include = on),
  "show-headers": ({ config }, _, on) => void (config.include = on),
  "dump-header/D=": ({ config }, value) => void (config.dumpHeader = value),
  "silent/s": ({ config }, _, on) => void (config.silent = on),
  "show-error/S": ({ config }, _, on) => void (config.showError = on),
  "verbose/v": ({ config }, _, on) => void (config.verbose = on),
  "progress-meter": ({ config }, _, on) => void (config.progressMeter = on),
  "progress-bar/#": ({ config }, _, on) => void (config.progressMeter = !on),
  "styled-output": ({ config }, _, on) => void (config.styledOutput = on),
  "buffer/N": nothing,
  "fail/f": ({ config }, _, on) => void (config.fail = on ? "without body" : "no"),
  "fail-with-body": ({ config }, _, on) => void (config.fail = on ? "with body" : "no"),
  "fail-early": ({ config }, _, on) => void (config.failEarly = on),
  "write-out/w=": async ({ config, call }, value) => {
    const file = value.startsWith("@") ? value.slice(1) : undefined;
    config.writeOut = file === undefined ? value : text(await readSource(file, call));
  },
  "disable/q": nothing,
  "help/h=": ({ config }, value) => void (config.instead = { help: value }),
  "version/V": ({ config }) => void (config.instead = "version"),
};

const honoured = Object.entries(setters).map(([word, set]) => ({ option: knownOption(word), set }));

function data(option: DataOption): Setter {
  return async ({ config, call }, value) => {
    config.data = joinData(config.data, await dataOf(option, value, call), option);
    if (option === "json") config.json = true;
  };
}

async function header({ config, call, messages }: Draft, value: string): Promise<void> {
  if (value.startsWith("@")) {
    const lines = linesOf(text(await readSource(value.slice(1), call)));
    config.headers.push(...lines.map((line) => line.replace(/\r$/, "")));
    return;
  }
  if (!/[:;]/.test(value)) {
    messages.warn(`The provided HTTP header '${value}' does not look like a header?`);
  }
  config.headers.push(value);
}

function keepPost(status: number): Setter {
  return ({ config }, _, on) => {
    const kept = new Set(config.keepPost);
    if (on) kept.add(status);
    else kept.delete(status);
    config.keepPost = kept;
  };
}

/** Thrown by a setter whose value is wrong; the parser names the option. */
class BadValue extends Error {
  override name = "BadValue";
}

const notNumeric = "expected a proper numerical parameter";
const notPositive = "expected a positive numerical parameter";

function milliseconds(value: string): number {
  if (/^-[\d.]+$/.test(value)) throw new BadValue(notPositive);
  if (!/^(\d+(\.\d*)?|\.\d+)$/.test(value)) throw new BadValue(notNumeric);
  return Math.floor(Number(value) * 1000);
}

function wholeNumber(value: string, min = 0): number {
  if (!/^-?\d+$/.test(value)) throw new BadValue(notNumeric);
  if (Number(value) < min) throw new BadValue(notPositive);
  return Number(value);
}

async function longOption(draft: Draft, arg: string, args: string[]): Promise<void> {
  const typed = arg.slice(2);
  const reversed = typed.startsWith("no-");
  const found = findLong(typed) ?? (reversed ? findLong(typed.slice(3)) : undefined);
  if (found === "ambiguous") throw bad(arg, "is ambiguous");
  if (found === undefined) throw bad(arg, "is unknown");
  const on = !reversed || found.option.name.startsWith(typed);
  if (!on && (found.option.takesValue || /^http1\.|^ipv[46]$/.test(found.option.name))) {
    throw bad(arg, "the given option cannot be reversed with a --no- prefix");
  }
  await apply(draft, arg, found, () => args.shift(), on);
}

async function letters(draft: Draft, arg: string, args: string[]): Promise<void> {
  for (let at = 1; at < arg.length; at++) {
    const found = all.find(({ option }) => option.letter === arg[at]);
    if (!found) throw bad(arg, "is unknown");
    if (found.option.takesValue) {
      const rest = arg.slice(at + 1);
      return apply(draft, arg, found, () => (rest === "" ? args.shift() : rest), true);
    }
    await apply(draft, arg, found, () => undefined, true);
  }
}

/** An option of a real curl; without `set` it is not here. */
interface Entry {
  readonly option: KnownOption;
  readonly set?: Setter;
}

const all: readonly Entry[] = [...honoured, ...absentOptions.map((option) => ({ option }))];

/** By its name or the beginning of it, as far as that is unambiguous. */
function findLong(typed: string): Entry | "ambiguous" | undefined {
  const exact = all.find(({ option }) => option.name === typed);
  if (exact) return exact;
  const fitting = all.filter(({ option }) => option.name.startsWith(typed));
  return fitting.length > 1 ? "ambiguous" : fitting[0];
}

async function apply(
  draft: Draft,
  arg: string,
  { option, set }: Entry,
  next: () => string | undefined,
  on: boolean,
): Promise<void> {
  if (!set) {
    const about = option.about === "this" ? "" : `: ${option.about} are not here`;
    const which = `the option --${option.name} (the real curl has it)${about}`;
    throw new BadCommandLine(`curl: ${notHere(which)}\n`);
  }
  const value = option.takesValue ? next() : "";
  if (value === undefined) {
    // --help is the one option whose value may be left out.
    if (option.name !== "help") throw bad(arg, "requires parameter");
    return set(draft, "", on);
  }
  if (value === "" && notBlank.has(option.name)) {
    throw bad(arg, "blank argument where content is expected");
  }
  try {
    await set(draft, value, on);
  } catch (error) {
    if (error instanceof BadValue) throw bad(arg, error.message);
    if (!(error instanceof UnreadableFile)) throw error;
    draft.messages.error(`Failed to open ${error.message}`);
    throw bad(arg, "error encountered when reading a file", 26);
  }
}

const notBlank = new Set(["output", "url", "request", "output-dir", "range", "cacert", "cert"]);

function bad(arg: string, reason: string, status = 2): BadCommandLine {
  return new BadCommandLine(`curl: option ${arg}: ${reason}\n${tryHelp}`, status);
}

/** Only one kind of request; and what -X says needlessly. */
function settleMethod({ config, messages }: Draft): void {
  if (config.head && config.data !== undefined && !config.get) {
    messages.warn(
      "You can only select one HTTP request method! You asked for both " +
        "POST (-d, --data) and HEAD (-I, --head).",
    );
    throw new BadCommandLine("");
  }
  const inferred = inferredMethod(config);
  if (config.method?.toUpperCase() === inferred) {
    messages.note(`Unnecessary use of -X or --request, ${inferred} is already inferred.`);
  } else if (config.method?.toUpperCase() === "HEAD") {
    messages.warn(
      "Setting custom HTTP method to HEAD with -X/--request may not work the way you want. " +
        "Consider using -I/--head instead.",
    );
  }
}

/** The method that follows from the other options. */
export function inferredMethod({ head, get, data }: Config): "GET" | "HEAD" | "POST" {
  if (head) return "HEAD";
  return data !== undefined && !get ? "POST" : "GET";
}
