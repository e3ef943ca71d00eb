// curl, as version 8.5 behaves and prints, over the network of the hotel.
//
//   known.ts options.ts config.ts   the command line
//   glob.ts url.ts request.ts       what is asked, byte for byte
//   transport.ts secure.ts          names, connections, handshakes
//   exchange.ts transfer.ts         one request · one URL with its redirects
//   output.ts meter.ts messages.ts writeout.ts cookies.ts   what is shown and kept

import { utf8 } from "../../../base/bytes.ts";
import { pathOf, type Call, type Command, type Completing } from "../../command.ts";
import { FileError } from "../../files.ts";
import { pause } from "../pause.ts";
import type { Config } from "./config.ts";
import { CookieJar } from "./cookies.ts";
import { code, CurlError } from "./errors.ts";
import { expand, type Globbed } from "./glob.ts";
import { helpText, versionText } from "./help.ts";
import { Messages } from "./messages.ts";
import { BadCommandLine, optionNames, parseArguments, tryHelp } from "./options.ts";
import { sinkFor } from "./output.ts";
import { retryAfter } from "./retry.ts";
import { Transfer, type Run } from "./transfer.ts";
import { Interrupted, Transport } from "./transport.ts";
import { writeOut } from "./writeout.ts";

export const curl: Command = {
  name: "curl",
  summary: "send a request and show the answer",
  help: helpText("all"),
  run,
  complete,
};

async function run(call: Call): Promise<number> {
  if (call.args.length === 0) {
    call.stderr.write(tryHelp);
    return code.failedInit;
  }
  try {
    const config = await parseArguments(call);
    if (config.instead === "version") call.stdout.write(versionText);
    else if (config.instead) call.stdout.write(helpText(config.instead.help));
    else return await transferAll(call, config);
    return 0;
  } catch (error) {
    if (!(error instanceof BadCommandLine)) throw error;
    call.stderr.write(error.told);
    return error.status;
  }
}

/** Fetches one URL after the other; the last failure is the exit status. */
async function transferAll(call: Call, config: Config): Promise<number> {
  const messages = new Messages(call, config);
  const transport = new Transport(call, config, messages);
  const jar = openJar(call, config);
  const dumped: string[] = [];
  const dumpHead = (line: string): void => {
    if (config.dumpHeader === "-") call.stdout.write(line);
    else if (config.dumpHeader !== undefined) dumped.push(line);
  };
  const shared: Run = { call, config, messages, transport, jar, dumpHead };
  const aborted = (): void => transport.closeAll();
  call.signal.addEventListener("abort", aborted, { once: true });
  let status = 0;
  let number = 0;
  try {
    for (const [index, url] of config.urls.entries()) {
      for (const globbed of globbedUrls(url, config, messages)) {
        const code =
          typeof globbed === "number" ? globbed : await one(shared, globbed, index, number++);
        if (code !== 0) status = code;
        if (code !== 0 && config.failEarly) return status;
      }
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return 130;
  } finally {
    call.signal.removeEventListener("abort", aborted);
    transport.closeAll();
    keepFile(call, messages, config.dumpHeader, dumped.join(""));
    if (jar && config.cookieJar !== undefined) {
      if (config.cookieJar === "-") call.stdout.write(jar.print());
      else keepFile(call, messages, config.cookieJar, jar.print());
    }
  }
  return status;
}

/** The URLs that one argument stands for; the exit status when it is no pattern. */
function globbedUrls(
  url: string,
  { globOff }: Config,
  messages: Messages,
): readonly (Globbed | number)[] {
  if (globOff) return [{ url, values: [] }];
  try {
    return expand(url);
  } catch (error) {
    if (!(error instanceof CurlError)) throw error;
    messages.error(`(${error.code}) ${error.message}`);
    return [error.code];
  }
}

/** One URL with its retries; gives the exit status. */
async function one(shared: Run, globbed: Globbed, index: number, number: number): Promise<number> {
  const { call, config, messages } = shared;
  const startedAt = call.world.clock.now();
  for (let tried = 0; ; tried++) {
    const { error, again } = await attempt(shared, globbed, index, number, tried);
    if (error && !error.told) messages.error(`(${error.code}) ${error.message}${moreOf(error)}`);
    const waitMs = again && tried < config.retry ? retryDelay(config, again, tried) : undefined;
    const limitMs = config.retryMaxTimeMs;
    const spentMs = call.world.clock.now() - startedAt;
    if (waitMs === undefined || (limitMs > 0 && spentMs + waitMs > limitMs)) {
      return error?.code ?? 0;
    }
    const words = again!.why;
    const left = config.retry - tried;
    messages.warn(
      `Problem ${words}. Will retry in ${Math.floor(waitMs / 1000)} seconds. ${left} retries left.`,
    );
    await pause(call, waitMs);
    if (call.signal.aborted) throw new Interrupted("interrupted");
  }
}

/** CURL_CA_CERT_ERRORMSG. */
function moreOf(error: CurlError): string {
  if (error.code !== code.peerFailedVerification) return "";
  return (
    "\nMore details here: https://curl.se/docs/sslcerts.html\n\n" +
    "curl failed to verify the legitimacy of the server and therefore could not\n" +
    "establish a secure connection to it. To learn more about this situation and\n" +
    "how to fix it, please visit the web page mentioned above."
  );
}

/** What a retry waits: --retry-delay, what the server asked for, or 1, 2, 4 … 600 seconds. */
function retryDelay(config: Config, again: { afterMs?: number }, tried: number): number {
  return again.afterMs ?? (config.retryDelayMs || Math.min(1000 * 2 ** tried, 600_000));
}

async function attempt(
  shared: Run,
  globbed: Globbed,
  index: number,
  number: number,
  tried: number,
): Promise<{ error: CurlError | undefined; again: ReturnType<typeof retryAfter> }> {
  const { call, config, messages } = shared;
  const destination = config.destinations[index];
  let transfer: Transfer | undefined;
  let error: CurlError | undefined;
  try {
    const sink = sinkFor(call, config, messages, { destination, globbed });
    transfer = new Transfer(shared, globbed.url, { sink, again: tried > 0 });
    for (const name of config.cookieFiles) {
      if (name === "" || call.world.files.kind(pathOf(call, name)) === "file") continue;
      messages.info(`WARNING: failed to open cookie file "${name}"`);
    }
    await transfer.run();
  } catch (caught) {
    if (!(caught instanceof CurlError)) throw caught;
    error = caught;
  }
  const again = transfer && retryAfter(config, { error, transfer });
  const last = !again || tried >= config.retry;
  if (last && transfer && config.writeOut !== undefined) {
    for (const { to, text } of writeOut(config.writeOut, transfer.report(number, error))) {
      call[to].write(text);
    }
  }
  return { error, again };
}

/** The cookie engine, when -b FILE or -c turns it on. */
function openJar(call: Call, config: Config): CookieJar | undefined {
  if (config.cookieFiles.length === 0 && config.cookieJar === undefined) return undefined;
  const jar = new CookieJar(call.world.clock);
  const { files } = call.world;
  for (const name of config.cookieFiles) {
    if (name === "") continue;
    const path = pathOf(call, name);
    if (files.kind(path) === "file") {
      jar.load(files.read(path), { withoutSession: config.junkSessionCookies });
    }
  }
  return jar;
}

/** Writes a file that is not the answer itself. */
function keepFile(call: Call, messages: Messages, name: string | undefined, text: string): void {
  if (name === undefined || name === "-" || name === "/dev/null") return;
  try {
    call.world.files.write(pathOf(call, name), utf8(text));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    messages.warn(`Failed to open the file ${name}`);
  }
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

function complete(words: readonly string[], _call: Completing): Promise<readonly string[]> {
  const last = words.at(-1) ?? "";
  const before = words.at(-2) ?? "";
  if (before === "-X" || before === "--request") return Promise.resolve(methods);
  return Promise.resolve(last.startsWith("-") ? optionNames() : []);
}
