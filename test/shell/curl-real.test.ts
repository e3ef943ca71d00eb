// Our curl beside the real one: the same command line against the same server must send the same
// bytes, print the same and end with the same status. NOT RUN without a curl.

import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { ourCurl, realCurl, type Behaviour, type Outcome } from "./curl-servers.ts";
import { makeLaptop } from "./laptop.ts";

const version = /^curl (\S+)/.exec(spawnSync("curl", ["--version"]).stdout?.toString() ?? "")?.[1];
const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
/** What -v says has changed from release to release; these say what ours says. */
const sameTalk = (major === 7 && minor >= 88) || (major === 8 && minor <= 5);

if (version === undefined) console.warn("NOT RUN: the comparison with the real curl (no curl)");

const url = "http://127.0.0.1:PORT/";
const ok = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nhi\n";
const empty = (head: string): string => `HTTP/1.1 ${head}\r\nContent-Length: 0\r\n\r\n`;
const hi: Behaviour = { answers: [ok] };
const ends = (...answers: string[]): Behaviour => ({ answers, then: "end" });
const says = (...answers: string[]): Behaviour => ({ answers });

/** Differences between releases and between clocks, told away. */
function shown({ status, out, err, received }: Outcome): Outcome {
  const plain = (text: string): string =>
    text
      .replace(/\* (Found bundle|Can not multiplex|Mark bundle).*\n/g, "")
      .replace(/Re-using existing connection #\d+ with/g, "Re-using existing connection with")
      .replace(/ \nWarning: left\./g, " left.")
      .replace(/(Closing connection) -?\d+/g, "$1")
      .replace(/(port \S+) \(#\d+\)/g, "$1")
      .replace(/(after|out after) \d+ (ms|milliseconds)/g, "$1 N $2")
      .replace(/curl\/\d+\.\d+\.\d+/g, "curl/X")
      .replace(/\r *\d+ +\d+ [^\r\n*]*/g, (line) => line.replace(/(\d+ +){2}[-:\d]+ .*$/, "…"))
      // The real meter is drawn once more when a second of the day begins.
      .replace(/(\r[^\r\n]*…)+/g, "…");
  return { status, out, err: plain(err), received: plain(received) };
}

async function compare(args: readonly string[], behaviour: Behaviour): Promise<void> {
  const real = shown(await realCurl(args, behaviour));
  const ours = shown(await ourCurl(makeLaptop(), args, behaviour));
  expect({ ...ours, err: sameTalk ? ours.err : "" }).toEqual({
    ...real,
    err: sameTalk ? real.err : "",
  });
}

describe.skipIf(version === undefined).concurrent("like the real curl", () => {
  test.each<[readonly string[], Behaviour]>([
    [[url], hi],
    [["-s", url], hi],
    [["-sv", url], hi],
    [["-v", url], hi],
    [["-si", url], hi],
    [["-sI", `${url}?a#b`], hi],
    [["-svI", "-X", "GET", url], says("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")],
    [["-sv", "-0", url], hi],
    [["-sv", "-o", "/dev/null", "-D", "-", url], hi],
    [["-si", "-o", "-", url], hi],
    [["-sv", url, url], hi],
    [["-s", `${url}{a,b}/[01-03:2]`], hi],
    [["-sS", "-w", "%{http_code} %{num_connects} %{size_download} %{content_type}\\n", url], hi],
    [["-s", "-w", "%{url_effective}|%{redirect_url}|%{num_redirects}%%\\t%{method}", url], hi],
    [["-s", "-w", "%{header_json}%header{content-type} %{exitcode}", url], hi],
    [["-s", "-w", "%{bogus}x%y\\q", url], hi],
  ])("shows an answer: %j", compare);

  test.each<[readonly string[], Behaviour]>([
    [["-sv", "-d", "abc", url], hi],
    [["-sv", "-d", "", url], hi],
    [["-sv", "-d", "a=1", "-d", "b=2", "--data-urlencode", "c=x y&z", url], hi],
    [["-sv", "-d", "a=1", "-G", `${url}?q=1#f`], hi],
    [["-sv", "--data-raw", "@x", "-X", "PUT", url], hi],
    [["-sv", "--json", '{"a":1}', url], hi],
    [["-sv", "--json", "{}", "-H", "Accept: x", url], hi],
    [["-sv", "-H", "Foo:   bar", "-H", "Accept:", "-H", "X-Empty;", "-H", "A;b", url], hi],
    [["-sv", "-H", "Host:  h.example ", "-H", "Host: second", url], hi],
    [["-sv", "-H", "Host:", url], hi],
    [["-sv", "-H", "Content-Type:", "-d", "x", url], hi],
    [["-sv", "-H", "Transfer-Encoding: chunked", "-d", "x", url], hi],
    [["-sv", "-u", "user:pass word", url], hi],
    [["-sv", "-u", "a:b", "-H", "Authorization: Bearer z", url], hi],
    [["-sv", "http://u%40:p@127.0.0.1:PORT/"], hi],
    [["-sv", "-A", "me", "-e", "http://from.example/", "-b", "a=b", "-b", "c=d", url], hi],
    [["-sv", "-A", "", "-r", "0-9", url], hi],
    [["-sv", "-X", "FOO BAR", "-H", "Bad Header: x", url], hi],
    [["-sv", "-H", "no colon", url], hi],
    [["-v", "-X", "GET", url], hi],
    [["-s", `${url}a/../b/./c?x=/../y#z`], hi],
    [["-s", "--path-as-is", `${url}a/../b`], hi],
    [["-s", `${url}caf\u00e9`], hi],
    [["-s", "--request-target", "*", "-X", "OPTIONS", url], hi],
  ])("sends a request: %j", compare);

  test.each<[readonly string[], Behaviour]>([
    [["-sS", url], ends("")],
    [["-sv", url], ends("")],
    [["-sS", url], ends("garbage\r\n\r\n")],
    [["-sS", url], ends("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")],
    [["-sS", url], ends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")],
    [["-sS", url], says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")],
    [["-sS", url], { answers: ["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"], then: "reset" }],
    [["-sv", url], ends("HTTP/1.1 200 OK\r\n\r\nhi\n")],
    [["-sv", url], ends("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nhi\n")],
    [["-sv", url], says("HTTP/1.1 204 No Content\r\n\r\n")],
    [["-sv", "-i", url], says(`HTTP/1.1 100 Continue\r\n\r\n${empty("200 OK")}`)],
    [["-svf", url], says("HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nabc")],
    [["-f", url], says("HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nabc")],
    [["-sS", "--fail-with-body", url], says("HTTP/1.1 500 Oh\r\nContent-Length: 3\r\n\r\nabc")],
    [["-sS", "-w", "%{http_code}", "-f", url], says(empty("503 Oh"))],
    [["-sS", "-m", "1", url], says("")],
    [["-sv", "-m", "1", url], says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")],
    [["-sv", "-H", "Expect: 100-continue", "-d", "abc", url], hi],
    [["--retry", "2", url], says(empty("503 Busy"), ok)],
    [["-sSv", "--retry", "1", "--retry-delay", "1", "-f", url], says(empty("503 Busy"))],
    [["--retry", "1", "--retry-connrefused", "http://127.0.0.1:9/"], hi],
  ])("tells what went wrong: %j %j", compare);

  test.each<[readonly string[], Behaviour]>([
    [["-svL", url], says(empty("301 Moved\r\nLocation: /x"), ok)],
    [["-svL", `${url}a/b?c`], says(empty("302 Found\r\nLocation: d/../e"), ok)],
    [["-svL", `${url}a/b?c`], says(empty("302 Found\r\nLocation: ?z"), ok)],
    [["-svL", "-d", "x=1", url], says(empty("301 Moved\r\nLocation: /x"), ok)],
    [["-svL", "-d", "x=1", "--post301", url], says(empty("301 Moved\r\nLocation: /x"), ok)],
    [["-svL", "-d", "x=1", url], says(empty("303 See\r\nLocation: /x"), ok)],
    [["-svL", "-d", "x=1", url], says(empty("307 Keep\r\nLocation: /x"), ok)],
    [["-svL", "-d", "x=1", "-X", "PUT", url], says(empty("308 Keep\r\nLocation: /x"), ok)],
    [["-svL", "-I", url], says(empty("302 Found\r\nLocation: /x"), empty("200 OK"))],
    [["-siL", url], says("HTTP/1.1 302 F\r\nLocation: /x\r\nContent-Length: 3\r\n\r\nabc", ok)],
    [["-sSL", "--max-redirs", "2", url], says(empty("302 Found\r\nLocation: /x"))],
    [["-svL", "-u", "a:b", "-H", "Cookie: c=d", url], says(empty("302 F\r\nLocation: /x"), ok)],
    [["-svL", `http://a:b@127.0.0.1:PORT/`], says(empty("302 F\r\nLocation: x"), ok)],
    [["-sSL", url], says(empty("302 Found\r\nLocation: http://"), ok)],
    [["-sSL", url], says(empty("302 Found\r\nLocation: ftpx://a/"), ok)],
    [
      ["-sL", "-u", "a:b", "-H", "Cookie: c=d", "-H", "Host: h", url],
      says(empty("302 F\r\nLocation: http://localhost:PORT/"), ok),
    ],
    [["-sL", "-e", ";auto", url], says(empty("302 Found\r\nLocation: /x"), ok)],
    [["-s", "-w", "%{redirect_url}\\n", url], says(empty("302 Found\r\nLocation: x y"))],
    [
      ["-sL", "-w", "%{num_redirects} %{url_effective}", url],
      says(empty("302 F\r\nLocation: x"), ok),
    ],
  ])("follows redirects: %j %j", compare);

  test.each<[readonly string[], Behaviour]>([
    [["-sv", "-c", "-", url], says(empty("200 OK\r\nSet-Cookie: a=b; Path=/"))],
    [
      ["-sv", "-b", "none", url, `${url}x/y`],
      says(
        empty("200 OK\r\nSet-Cookie: a=b; Path=/\r\nSet-Cookie: c=d; Path=/x\r\nSet-Cookie: e=f"),
        empty("200 OK\r\nSet-Cookie: a=; Max-Age=0; Path=/\r\nSet-Cookie: other; Domain=x.example"),
      ),
    ],
    [["-s", "-b", "", "-b", "g=h", url, url], says(empty("200 OK\r\nSet-Cookie: a=b; HttpOnly"))],
  ])("keeps cookies: %j %j", compare);

  test.each<[readonly string[], Behaviour]>([
    [["-sv", "--resolve", "foo.example:PORT:127.0.0.1", "http://foo.example:PORT/"], hi],
    [["-sv", "--resolve", "*:PORT:127.0.0.1", "http://Foo.example:PORT/"], hi],
    [["-s", "--connect-to", "foo.example:80:127.0.0.1:PORT", "http://foo.example/"], hi],
    [["-s", "--connect-to", "::127.0.0.1:PORT", "http://foo.example/x"], hi],
    [["-sS", "http://127.0.0.1:9/"], hi],
    [["-sv", "http://127.0.0.1:9/"], hi],
    [["http://127.0.0.1:9/"], hi],
    [["-sS", "--resolve", "foo", url], hi],
  ])("finds its way: %j", compare);

  test.each<[readonly string[]]>([
    [[]],
    [["--bogus", url]],
    [["--no-bogus", url]],
    [["-sS~", url]],
    [["-d"]],
    [["-sSX"]],
    [["--max-time", "abc", url]],
    [["-sSm", "-1", url]],
    [["--http1", url]],
    [["--max-redirs", "x", url]],
    [["-I", "-d", "x", url]],
    [["-sS", "http://a/{b"]],
    [["-sS", "http://a/[1-"]],
    [["-sS", "http://a/[x]"]],
    [["-sS", "http://a/b}"]],
    [["-sS", "http://a/{b{c}}"]],
    [["-sS", "http://a/{}"]],
    [["-sS", "http://a/{b]}"]],
    [["-sS", "http://a/[5-1]"]],
    [["-sS", "http://a/[a-z:40]"]],
    [["-sS", "ftpx://a/"]],
  ])("refuses a command line: %j", (args) => compare(args, hi));
});
