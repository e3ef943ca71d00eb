// curl, as curl 7.88 prints: -v, -i, -I, errors and exit codes. Real HTTP/1.1 bytes over virtual
// connections from the learner's laptop.

import { concat, text as decode, utf8 } from "../../../base/bytes.ts";
import { header, type Response } from "../../../net/http/message.ts";
import { CommandError, pathOf, type Call, type Command } from "../../command.ts";
import { FileError } from "../../files.ts";
import { baseName, parentOf } from "../../path.ts";
import { CookieJar } from "./cookies.ts";
import { CurlError } from "./fault.ts";
import { ProgressMeter } from "./progress.ts";
import { parseCurl, tryHelp, type CurlOptions } from "./options.ts";
import { parseAddressing } from "./resolving.ts";
import { ConnectionCache, transfer, type Facts, type Order, type Transfers } from "./transfer.ts";
import { bodyOf, curlVersion, headersOf, methodOf } from "./request.ts";
import { expandUrl, parseUrl, type CurlUrl } from "./url.ts";
import { writeOut } from "./writeout.ts";

export const curl: Command = {
  name: "curl",
  summary: "send a request",
  help:
    "curl [options…] URL…\n" +
    "  -v  show the conversation      -i  show the answer's head   -I  ask for the head only\n" +
    "  -H 'Host: example.com'  set a header     -X METHOD     -d DATA  send data (POST)\n" +
    "  -L  follow redirects           -s  no progress, no errors   -o FILE  write to a file\n" +
    "  --resolve HOST:PORT:ADDRESS    pretend that DNS says so\n" +
    "  -w '%{http_code}\\n'            tell about the transfer      -m SECONDS  give up after\n",
  run,
  complete: (words) => Promise.resolve(words.at(-1)!.startsWith("-") ? longOptions : []),
};

const longOptions =
  "--verbose --include --head --header --request --data --location --silent --show-error --output --resolve --write-out --insecure --max-time --connect-timeout --user --fail --http1.1".split(
    " ",
  );

async function run(call: Call): Promise<number> {
  const options = parseCurl(call.args);
  if (options.is("help")) {
    call.stdout.write(`Usage: ${curl.help}`);
    return 0;
  }
  if (options.is("version")) {
    call.stdout.write(
      `curl ${curlVersion} (hotel) libcurl/${curlVersion}\nProtocols: http https\n`,
    );
    return 0;
  }
  if (options.urls.length === 0) throw new CommandError(tryHelp, 2);
  const body = await bodyOf(call, options);
  const transfers = openTransfers(call, options);
  let status = 0;
  const urls = options.urls.flatMap((url) => (options.is("globoff") ? [url] : expandUrl(url)));
  for (const [index, url] of urls.entries()) {
    status = await fetchOne(transfers, options, { url, body, output: options.outputs[index] });
    if (call.signal.aborted || (status !== 0 && options.is("fail-early"))) break;
  }
  transfers.connections.close();
  const jar = options.text("cookie-jar");
  if (jar !== undefined && transfers.jar) {
    if (jar === "-") call.stdout.write(transfers.jar.print());
    else call.world.files.write(pathOf(call, jar), utf8(transfers.jar.print()));
  }
  return status;
}

function openTransfers(call: Call, options: CurlOptions): Transfers {
  const verbose = options.is("verbose");
  const resolve = options.all("resolve");
  const info = (line: string): void => {
    if (verbose) call.stderr.write(`* ${line}\n`);
  };
  const cookies = options.all("cookie").filter((one) => !one.includes("="));
  const jar =
    cookies.length > 0 || options.text("cookie-jar") !== undefined ? new CookieJar() : undefined;
  for (const file of cookies) {
    if (call.world.files.kind(pathOf(call, file)) === "file") {
      jar?.load(decode(call.world.files.read(pathOf(call, file))));
    }
  }
  const addressing = parseAddressing(resolve, options.all("connect-to"));
  for (const { host, port, ips } of addressing.resolve)
    info(`Added ${host}:${port}:${ips.join(",")} to DNS cache`);
  return {
    call,
    addressing,
    jar,
    connections: new ConnectionCache(),
    info,
    head: (mark, lines) => {
      if (verbose) call.stderr.write([...lines, ""].map((line) => `${mark} ${line}\n`).join(""));
    },
  };
}

interface Wanted {
  readonly url: string;
  readonly body: Uint8Array | undefined;
  readonly output: CurlOptions["outputs"][number] | undefined;
}

async function fetchOne(
  transfers: Transfers,
  options: CurlOptions,
  wanted: Wanted,
): Promise<number> {
  const { call } = transfers;
  const { clock, files } = call.world;
  const silent = options.is("silent");
  const complain = (error: CurlError): number => {
    const quiet = silent && !options.is("show-error");
    if (!quiet && error.message !== "")
      call.stderr.write(`curl: (${error.code}) ${error.message}\n`);
    return error.code;
  };
  const getWithData = options.is("get") && wanted.body !== undefined;
  const given = parseUrl(getWithData ? withQuery(wanted.url, decode(wanted.body!)) : wanted.url, {
    asIs: options.is("path-as-is"),
  });
  if (given === undefined)
    return complain(new CurlError(3, "URL using bad/illegal format or missing URL"));
  const file = outputFile(wanted.output, given);
  if (file instanceof CurlError) {
    call.stderr.write("curl: Remote file name has no length!\n");
    return complain(file);
  }
  const toTerminal = call.tty && file === undefined;
  const meter = new ProgressMeter(call, !silent && !toTerminal && !options.is("no-progress-meter"));
  const collected: Uint8Array[] = [];
  const write = (chunk: Uint8Array): void => {
    if (file === undefined) call.stdout.write(chunk);
    else if (file !== "/dev/null") collected.push(chunk);
  };
  const facts = newFacts(given, clock.now());
  let fault: CurlError | undefined;
  let failed = false;
  const body = getWithData ? undefined : wanted.body;
  const showHead = options.is("include") || options.is("head");
  const order: Order = {
    url: given,
    method: methodOf(options, body),
    headers: (url, first) =>
      headersOf(options, transfers, url, body, first || url.host === given.host),
    body,
    follow: options.is("location"),
    redirectsMax: Number(options.text("max-redirs") ?? 50),
    keepMethod: options.text("request") !== undefined,
    connectMsMax: options.text("connect-timeout")
      ? Number(options.text("connect-timeout")) * 1000
      : 300_000,
    msMax: options.text("max-time") ? Number(options.text("max-time")) * 1000 : Infinity,
    onHead(response, followed) {
      failed =
        !followed && response.status >= 400 && (options.is("fail") || options.is("fail-with-body"));
      if (failed && options.is("fail")) {
        transfers.info(`The requested URL returned error: ${response.status}`);
        return;
      }
      if (showHead) write(utf8(headText(response)));
    },
    onBody(chunk) {
      if (failed && options.is("fail")) return;
      if (options.is("verbose") && !toTerminal)
        call.stderr.write(`{ [${chunk.length} bytes data]\n`);
      write(chunk);
    },
  };
  try {
    await transfer(transfers, order, facts);
    if (failed)
      throw new CurlError(22, `The requested URL returned error: ${facts.response!.status}`);
  } catch (error) {
    if (!(error instanceof CurlError)) throw error;
    fault = error;
    facts.totalMs = clock.now() - facts.startMs;
  }
  meter.finish(facts, header(facts.response?.headers ?? [], "content-length"));
  if (fault) transfers.info("Closing connection 0");
  if (file !== undefined && file !== "/dev/null" && (!fault || collected.length > 0)) {
    if (options.is("create-dirs")) makeFolders(call, parentOf(pathOf(call, file)));
    try {
      files.write(pathOf(call, file), concat(...collected, new Uint8Array(0)));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      call.stderr.write(`Warning: Failed to open the file ${file}: No such file or directory\n`);
      fault = new CurlError(23, "Failure writing output to destination");
    }
  }
  const status = fault ? complain(fault) : 0;
  const format = options.text("write-out");
  if (format !== undefined && !call.signal.aborted) {
    const { out, err } = writeOut(format, facts, fault);
    call.stdout.write(out);
    call.stderr.write(err);
  }
  return status;
}

function withQuery(url: string, query: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}${query}`;
}

function headText({ version, status, reason, headers }: Response): string {
  const lines = [
    `${version} ${status} ${reason}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

function newFacts(url: CurlUrl, startMs: number): Facts {
  const counts = { redirects: 0, connects: 0, downloaded: 0, headerBytes: 0, uploaded: 0 };
  const times = { startMs, lookupMs: 0, connectMs: 0, firstByteMs: 0, totalMs: 0 };
  return {
    url,
    method: "GET",
    response: undefined,
    connection: undefined,
    redirectUrl: "",
    ...counts,
    ...times,
  };
}

function outputFile(output: Wanted["output"], url: CurlUrl): string | undefined | CurlError {
  if (output === undefined || output === "-") return undefined;
  if (typeof output === "string") return output;
  const name = baseName(url.target.split("?")[0]!);
  if (name === "/" || url.target.split("?")[0]!.endsWith("/")) {
    return new CurlError(23, "Failed writing received data to disk/application");
  }
  return name;
}

function makeFolders(call: Call, folder: string): void {
  if (call.world.files.kind(folder) !== undefined) return;
  makeFolders(call, parentOf(folder));
  call.world.files.makeFolder(folder);
}
