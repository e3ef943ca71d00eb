// curl over a real cluster: from the name to the Pod and back, and what it says on the way.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Shell } from "../../src/shell/shell.ts";
import { openHotel, type Hotel } from "./cluster.ts";
import { makeLaptop } from "./laptop.ts";

const setup = [
  "helm install ingress-nginx ingress-nginx/ingress-nginx -n ingress-nginx --create-namespace",
  "kubectl create deployment web --image=hashicorp/http-echo --port=5678 -- /http-echo -text=hi",
  "kubectl expose deployment web --port=80 --target-port=5678",
  "kubectl create ingress door --class=nginx --rule='example.com/web*=web:80'",
  "kubectl create ingress gap --class=nginx --rule='example.com/gap=nobody:80'",
  "sleep 30",
];

const meter =
  "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n" +
  "                                 Dload  Upload   Total   Spent    Left  Speed\n" +
  "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0";

describe("over the cluster", () => {
  let hotel: Hotel;
  beforeAll(async () => {
    hotel = await openHotel();
    hotel.cluster.publicNames.set("example.com", "203.0.113.10");
    hotel.files.write("/etc/hosts", new TextEncoder().encode("203.0.113.10 local.example # mine"));
    for (const line of setup) await hotel.run(line);
  });
  afterAll(() => hotel.close());

  test.each([
    ["curl -s http://example.com/web", "hi\n"],
    ["curl -s example.com/web/", "hi\n"],
    ["curl -s -o /dev/null -w '%{http_code}\\n' http://example.com/", "404\n"],
    ["curl -s -o /dev/null -w '%{http_code}\\n' http://example.com/gap", "503\n"],
    ["curl -s -o /dev/null -w '%{http_code}\\n' http://203.0.113.10/web", "404\n"],
    ["curl -s -H 'Host: example.com' http://203.0.113.10/web", "hi\n"],
    [
      "curl -s --resolve foo.example:80:203.0.113.10 -H 'Host: example.com' foo.example/web",
      "hi\n",
    ],
    ["curl -s --connect-to ::203.0.113.10: example.com/web", "hi\n"],
    ["curl -s -H 'Host: example.com' local.example/web", "hi\n"],
    [
      "curl -so /dev/null -o /dev/null -w '%{remote_ip}:%{remote_port} %{num_connects} ' example.com/{web,web}",
      "203.0.113.10:80 1 203.0.113.10:80 0 ",
    ],
    ["curl -s -H 'Bad Name : x' example.com/web | grep -c 400", "2\n"],
    ["curl -sS -f example.com/", "curl: (22) The requested URL returned error: 404\n"],
    ["curl -sS http://nobody.example/", "curl: (6) Could not resolve host: nobody.example\n"],
    [
      "curl -sS example.com:81",
      "curl: (7) Failed to connect to example.com port 81 after 24 ms: Couldn't connect to server\n",
    ],
    [
      "curl -sS --connect-timeout 2 10.96.0.1",
      "curl: (28) Failed to connect to 10.96.0.1 port 80 after 2000 ms: Timeout was reached\n",
    ],
    ["curl -sS -m 1.5 10.96.0.1", "curl: (28) Connection timed out after 1500 milliseconds\n"],
    [
      "curl -sS 10.96.0.1",
      "curl: (28) Failed to connect to 10.96.0.1 port 80 after 130000 ms: Couldn't connect to server\n",
    ],
    [
      "curl -sS 'http://exa mple.com/'",
      "curl: (3) URL rejected: Malformed input to a URL function\n",
    ],
    [
      "curl -sS http://example.com:99999/",
      "curl: (3) URL rejected: Port number was not a decimal number between 0 and 65535\n",
    ],
    ["curl -sS http:///", "curl: (3) URL rejected: No host part in the URL\n"],
    [
      "curl -s",
      "curl: (2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
    ],
    [
      "curl -d @missing example.com",
      "curl: Failed to open missing\ncurl: option -d: error encountered when reading a file\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
    ],
    [
      "curl --no-progress-meter -o /nowhere/x example.com/web",
      "Warning: Failed to open the file /nowhere/x: No such file or directory\ncurl: (23) Failure writing output to destination\n",
    ],
  ])("%s", async (line, output) => {
    const { out, err } = await hotel.result(line);
    expect(out + err).toBe(output);
  });

  test.each([
    [
      "curl --proxy p:1 example.com",
      "curl: not in this hotel: the option --proxy (the real curl has it): proxies are not here\n",
    ],
    [
      "curl -F a=b example.com",
      "curl: not in this hotel: the option --form (the real curl has it)\n",
    ],
    [
      "curl -sS ftp://example.com/",
      "curl: (1) not in this hotel: the protocol ftp (the real curl has it); http and https are\n",
    ],
    [
      "curl -sS https://example.com/",
      "curl: (60) SSL certificate problem: self-signed certificate\n" +
        "More details here: https://curl.se/docs/sslcerts.html\n\n" +
        "curl failed to verify the legitimacy of the server and therefore could not\n" +
        "establish a secure connection to it. To learn more about this situation and\n" +
        "how to fix it, please visit the web page mentioned above.\n",
    ],
    [
      "curl --bogus example.com",
      "curl: option --bogus: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
    ],
  ])("what is not here is told from what is nowhere: %s", async (line, words) => {
    expect((await hotel.result(line)).err).toBe(words);
  });

  test("-v tells the whole way", async () => {
    const { out, err } = await hotel.result("curl -v http://example.com/web");
    expect(out).toBe("hi\n");
    expect(err.replace(/^< (Date|X-App-Name|X-App-Version): .*\r\n/gm, "")).toBe(
      `${meter}* Host example.com:80 was resolved.\n* IPv6: (none)\n* IPv4: 203.0.113.10\n` +
        "*   Trying 203.0.113.10:80...\n* Connected to example.com (203.0.113.10) port 80\n" +
        "> GET /web HTTP/1.1\r\n> Host: example.com\r\n> User-Agent: curl/8.5.0\r\n" +
        "> Accept: */*\r\n> \r\n< HTTP/1.1 200 OK\r\n" +
        "< Content-Type: text/plain; charset=utf-8\r\n< Content-Length: 3\r\n" +
        "< Connection: keep-alive\r\n< \r\n{ [3 bytes data]\n" +
        "\r100     3  100     3    0     0     61      0 --:--:-- --:--:-- --:--:--    61\n" +
        "* Connection #0 to host example.com left intact\n",
    );
  });

  test("every request is a guest of its own", async () => {
    const before = hotel.traces.length;
    await hotel.run("curl -s example.com/web example.com/gap http://nobody.example");
    const deeds = hotel.traces
      .slice(before)
      .map(({ hops }) => hops.map(({ did }) => did).join(" "));
    expect(deeds).toHaveLength(3);
    expect(deeds[0]).toMatch(/^resolve forward forward connect request match .*respond$/);
    expect(deeds[1]).toMatch(/^request match .*respond$/);
    expect(deeds[2]).toBe("resolve");
  });

  test("files: -o, -O, -D, -c", async () => {
    await hotel.run("curl -s --create-dirs -o got/#1.txt 'example.com/{web,gap}'");
    expect(await hotel.run("ls got; cat got/web.txt")).toBe("gap.txt\nweb.txt\nhi\n");
    await hotel.run("curl -sO example.com/web -D heads");
    expect(await hotel.run("cat web; head -1 heads")).toBe("hi\nHTTP/1.1 200 OK\r\n");
    expect(await hotel.run("curl -sO example.com")).toBe("");
    expect((await hotel.result("curl -O example.com")).status).toBe(23);
  });
});

describe("on a terminal", () => {
  const serving = (answer: string): ReturnType<typeof makeLaptop> => {
    const laptop = makeLaptop({ tty: true });
    laptop.network.listen(laptop.world.laptop, 80, (connection) => {
      void connection.read().then(() => {
        void connection.write(Uint8Array.from(answer, (char) => char.charCodeAt(0)));
      });
    });
    return laptop;
  };

  test("there is no meter, and names of fields are bold", async () => {
    const laptop = serving("HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 3\r\n\r\nhi\n");
    expect(await laptop.result("curl -i localhost")).toEqual({
      out: "HTTP/1.1 200 OK\r\n\x1b[1mServer\x1b[0m: x\r\n\x1b[1mContent-Length\x1b[0m: 3\r\n\r\nhi\n",
      err: "",
      status: 0,
    });
  });

  test("binary content is kept away from it", async () => {
    const laptop = serving("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\na\0bc");
    expect(await laptop.result("curl localhost")).toEqual({
      out: "",
      err:
        'Warning: Binary output can mess up your terminal. Use "--output -" to tell curl \n' +
        'Warning: to output it to your terminal anyway, or consider "--output <FILE>" to \n' +
        "Warning: save to a file.\n",
      status: 23,
    });
    expect((await laptop.result("curl -o - localhost")).out).toBe("a\0bc");
  });

  test("Ctrl+C leaves no connection and no unfinished guest", async () => {
    const laptop = makeLaptop({ tty: true });
    const finished: unknown[] = [];
    laptop.world.finishTrace = (trace) => void finished.push(trace);
    laptop.network.listen(laptop.world.laptop, 80, () => undefined);
    for (const afterMs of [1, 12, 100]) {
      const stop = new AbortController();
      const status = execute(laptop.shell, "curl -v localhost", stop.signal);
      await laptop.clock.advance(afterMs);
      stop.abort();
      expect(await laptop.clock.finish(status)).toBe(130);
      await laptop.clock.advance(200_000);
      expect(laptop.network.connections).toBe(0);
    }
    expect(finished).toEqual(laptop.traces);
  });
});

function execute(shell: Shell, line: string, signal: AbortSignal): Promise<number> {
  const ignore = (): void => undefined;
  return shell.execute(line, { stdout: ignore, stderr: ignore, columns: 80, signal, tty: true });
}
