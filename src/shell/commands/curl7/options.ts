// curl's command line: options and URLs in any order, letters joined, -o paired with URLs.

import { CommandError, notHere } from "../../command.ts";
import { realOptions } from "./realoptions.ts";

export interface CurlOptions {
  readonly urls: readonly string[];
  /** Whether a switch is on. */
  is(name: string): boolean;
  /** The last value given. */
  text(name: string): string | undefined;
  all(name: string): readonly string[];
  /** The data options in order, with the name of the option each came by. */
  readonly data: readonly { readonly by: string; readonly text: string }[];
  /** Where each URL's body goes, in the URLs' order: a file, its own last name, or stdout. */
  readonly outputs: readonly (string | { readonly remoteName: true })[];
}

const switches =
  "verbose include head silent show-error fail fail-with-body location insecure get http1.1 http1.0 compressed globoff path-as-is raw no-keepalive tcp-nodelay ipv4 ipv6 no-progress-meter progress-bar remote-name create-dirs basic post301 post302 post303 location-trusted junk-session-cookies retry-connrefused no-buffer disable fail-early tlsv1.2 tlsv1.3 help version manual trace-time";
const valued =
  "header request data data-raw data-binary data-urlencode data-ascii json output write-out user user-agent referer cookie cookie-jar resolve connect-to max-time connect-timeout max-redirs url cacert capath cert key retry retry-delay retry-max-time upload-file proto-default expect100-timeout interface keepalive-time max-filesize dump-header request-target url-query tls-max";

const ourSwitches = new Set(switches.split(" "));
const ourValued = new Set(valued.split(" "));

interface Info {
  readonly name: string;
  readonly letter: string;
  readonly takes: boolean;
}

const table: readonly Info[] = realOptions.split(" ").map((one) => {
  const [name = "", letter = ""] = one.slice(0, -1).split("/");
  return { name, letter, takes: one.endsWith("=") };
});

/** Throws CommandError in curl's words. */
export function parseCurl(args: readonly string[]): CurlOptions {
  const on = new Map<string, boolean>();
  const values = new Map<string, string[]>();
  const data: { by: string; text: string }[] = [];
  const urls: string[] = [];
  const outputs: (string | { remoteName: true })[] = [];
  const rest = [...args];
  const set = (info: Info, value: string | undefined, written: string): void => {
    if (!ourSwitches.has(info.name) && !ourValued.has(info.name)) throw absent(written);
    if (value === undefined) {
      on.set(info.name, true);
      if (info.name === "remote-name") outputs.push({ remoteName: true });
      return;
    }
    checkNumber(info.name, value, written);
    if (info.name === "url") urls.push(value);
    else if (info.name === "output") outputs.push(value);
    else if (/^(data|json)/.test(info.name)) data.push({ by: info.name, text: value });
    values.set(info.name, [...(values.get(info.name) ?? []), value]);
  };
  let onlyUrls = false;
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (onlyUrls || !word.startsWith("-") || word === "-") urls.push(word);
    else if (word === "--") onlyUrls = true;
    else if (word.startsWith("--")) {
      const negated = word.startsWith("--no-") && find(word.slice(2)) === undefined;
      const info = find(negated ? word.slice(5) : word.slice(2));
      if (info === undefined) throw refusal(`option ${word}: is unknown`);
      if (negated) on.set(info.name, false);
      else if (!info.takes) set(info, undefined, word);
      else set(info, rest.shift() ?? refuse(`option ${word}: requires parameter`), word);
    } else {
      for (let at = 1; at < word.length; at++) {
        const info = table.find((one) => one.letter === word[at]);
        if (info === undefined) throw refusal(`option ${word}: is unknown`);
        if (!info.takes) {
          set(info, undefined, `-${word[at]}`);
          continue;
        }
        const value = word.slice(at + 1) || rest.shift();
        set(info, value ?? refuse(`option -${info.letter}: requires parameter`), `-${info.letter}`);
        break;
      }
    }
  }
  return {
    urls,
    is: (name) => on.get(name) ?? false,
    text: (name) => values.get(name)?.at(-1),
    all: (name) => values.get(name) ?? [],
    data,
    outputs,
  };
}

/** An option by its name, or by a beginning that only it has. */
function find(name: string): Info | undefined {
  const exact = table.find((one) => one.name === name);
  if (exact !== undefined) return exact;
  const like = table.filter((one) => one.name.startsWith(name));
  return like.length === 1 ? like[0] : undefined;
}

function checkNumber(name: string, value: string, written: string): void {
  const numeric =
    /^(max-time|connect-timeout|max-redirs|retry|retry-delay|retry-max-time|max-filesize)$/;
  if (numeric.test(name) && !/^-?\d+(\.\d+)?$/.test(value)) {
    throw refusal(`option ${written}: expected a proper numerical parameter`);
  }
}

function refusal(words: string): CommandError {
  return new CommandError(`curl: ${words}\n${tryHelp}`, 2);
}

function refuse(words: string): never {
  throw refusal(words);
}

export const tryHelp = "curl: try 'curl --help' or 'curl --manual' for more information\n";

function absent(written: string): CommandError {
  return new CommandError(`curl: ${notHere(`${written} (the real curl has it)`)}\n`, 2);
}
