// wget: fetches a URL as curl does, with wget's words: BusyBox' in a container that has BusyBox,
// GNU's elsewhere.

import { concat, noBytes, text } from "../../../base/bytes.ts";
import { CommandError, notHere, pathOf, type Call } from "../../command.ts";
import { Collector } from "../../streams.ts";

export const wgetHelp =
  "wget [-q] [-O FILE | -O -] [-S] [--spider] [-T SECONDS] [--header NAME:VALUE]\n" +
  "     [--post-data TEXT] [--no-check-certificate] URL…\n";

interface Order {
  readonly urls: string[];
  readonly headers: string[];
  quiet: boolean;
  out: string | undefined;
  showHead: boolean;
  spider: boolean;
  seconds: string | undefined;
  post: string | undefined;
  insecure: boolean;
}

export async function wget(call: Call): Promise<number> {
  const order = orderOf(call);
  if (order.urls.length === 0) {
    throw new CommandError("wget: missing URL\nUsage: wget [OPTION]... [URL]...\n");
  }
  for (const url of order.urls) {
    const status = await fetchOne(call, order, /^\w+:\/\//.test(url) ? url : `http://${url}`);
    if (status !== 0) return status;
  }
  return 0;
}

async function fetchOne(call: Call, order: Order, url: string): Promise<number> {
  const { curl } = await call.world.clock.during(import("../curl/curl.ts"));
  const body = new Collector();
  const words = new Collector();
  const format = "%{http_code} %{remote_ip} %{remote_port} %{response_code}";
  const args = [
    ...["-sS", "-L", "-D", "-", "-o", "/dev/stdout", "-w", `\n${format}`],
    ...["-A", call.session.dialect === "busybox" ? "Wget" : "Wget/1.24.5"],
    ...(order.seconds ? ["--max-time", order.seconds] : []),
    ...(order.insecure ? ["-k"] : []),
    ...(order.spider ? ["-I"] : []),
    ...(order.post === undefined ? [] : ["--data-binary", order.post]),
    ...order.headers.flatMap((one) => ["-H", one]),
    url,
  ];
  const code = await curl.run({ ...call, name: "curl", args, stdout: body, stderr: words });
  const answer = splitAnswer(body.bytes());
  const host = new URL(url).host;
  const busybox = call.session.dialect === "busybox";
  const say = (line: string): void => {
    if (!order.quiet) call.stderr.write(line);
  };
  if (code !== 0) {
    const why =
      failures[code] ??
      words
        .text()
        .replace(/^curl: \(\d+\) /, "")
        .trim();
    call.stderr.write(code === 6 ? `wget: bad address '${host}'\n` : `wget: ${why}\n`);
    return busybox ? 1 : 4;
  }
  say(`Connecting to ${host} (${answer.ip}:${answer.port})\n`);
  if (order.showHead) call.stderr.write(answer.head.replace(/^/gm, "  ").replace(/ +$/, ""));
  if (answer.status >= 400) {
    call.stderr.write(`wget: server returned error: ${answer.head.split("\n")[0]!.trim()}\n`);
    return busybox ? 1 : 8;
  }
  if (order.spider) {
    say("remote file exists\n");
    return 0;
  }
  save(call, order, url, answer.body, say);
  return 0;
}

function save(
  call: Call,
  order: Order,
  url: string,
  body: Uint8Array,
  say: (line: string) => void,
): void {
  if (order.out === "-") {
    say("writing to stdout\n");
    call.stdout.write(body);
    say(
      `-                    100% |********************************| ${String(body.length).padStart(5)}  0:00:00 ETA\nwritten to stdout\n`,
    );
    return;
  }
  const name = order.out ?? (new URL(url).pathname.split("/").at(-1) || "index.html");
  say(`saving to '${name}'\n`);
  call.world.files.write(pathOf(call, name), body);
  say(
    `${name.padEnd(20)} 100% |********************************| ${String(body.length).padStart(5)}  0:00:00 ETA\n'${name}' saved\n`,
  );
}

/** curl's exit codes in wget's words. */
const failures: Readonly<Record<number, string>> = {
  7: "can't connect to remote host: Connection refused",
  28: "download timed out",
  35: "TLS error from peer",
  60: "note: TLS certificate validation failed; use --no-check-certificate",
};

/** The last head, the body after it, and what curl wrote after that. */
function splitAnswer(all: Uint8Array): {
  head: string;
  body: Uint8Array;
  status: number;
  ip: string;
  port: string;
} {
  const lastLine = all.lastIndexOf(10);
  const [status = "0", ip = "", port = ""] = text(all.subarray(lastLine + 1)).split(" ");
  let rest = lastLine < 0 ? noBytes : all.subarray(0, lastLine);
  let head = "";
  while (text(rest.subarray(0, 5)) === "HTTP/") {
    const end = endOfHead(rest);
    head = text(rest.subarray(0, end)).replaceAll("\r", "");
    rest = rest.subarray(end);
  }
  return { head, body: concat(rest), status: Number(status), ip, port };
}

function endOfHead(bytes: Uint8Array): number {
  for (let at = 3; at < bytes.length; at++) {
    if (bytes[at] === 10 && bytes[at - 1] === 13 && bytes[at - 2] === 10) return at + 1;
  }
  return bytes.length;
}

function orderOf(call: Call): Order {
  const order: Order = {
    urls: [],
    headers: [],
    quiet: false,
    out: undefined,
    showHead: false,
    spider: false,
    seconds: undefined,
    post: undefined,
    insecure: false,
  };
  const words = call.args.flatMap((word) => (/^-[^-]./.test(word) ? lettersOf(word) : [word]));
  const long = (word: string): string =>
    word.includes("=") && word.startsWith("--")
      ? word.slice(word.indexOf("=") + 1)
      : (words.shift() ?? "");
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const name = word.startsWith("--") ? word.split("=")[0]! : word;
    if (name === "-q" || name === "--quiet" || name === "-nv") order.quiet = true;
    else if (name === "-O" || name === "--output-document") order.out = long(word);
    else if (name === "-S" || name === "--server-response") order.showHead = true;
    else if (name === "--spider") order.spider = true;
    else if (name === "-T" || name === "--timeout") order.seconds = long(word);
    else if (name === "--header") order.headers.push(long(word));
    else if (name === "--post-data") order.post = long(word);
    else if (name === "--no-check-certificate") order.insecure = true;
    else if (/^(-t|--tries|-U|--user-agent|-Y)$/.test(name)) long(word);
    else if (/^(-4|-c|-nc|-v|--no-verbose)$/.test(name)) continue;
    else if (name.startsWith("-")) {
      throw new CommandError(`wget: ${notHere(`${name} (the real wget may have it); use curl`)}\n`);
    } else order.urls.push(word);
  }
  return order;
}

/** "-qO-" is "-q -O -". */
function lettersOf(word: string): string[] {
  if (word === "-nc" || word === "-nv") return [word];
  const out: string[] = [];
  for (let at = 1; at < word.length; at++) {
    out.push(`-${word[at]}`);
    if (/[OTtU]/.test(word[at]!)) {
      if (at + 1 < word.length) out.push(word.slice(at + 1));
      break;
    }
  }
  return out;
}
