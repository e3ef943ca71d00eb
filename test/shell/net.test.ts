// dig, nslookup, host, getent, ping, nc and hey over a real cluster, in the real tools' words.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Terminal } from "../../src/shell/shell.ts";
import { openHotel, type Hotel } from "./cluster.ts";

const setup = [
  "helm install ingress-nginx ingress-nginx/ingress-nginx -n ingress-nginx --create-namespace",
  "kubectl create deployment web --image=hashicorp/http-echo --port=5678",
  "kubectl expose deployment web --port=80 --target-port=5678",
  "kubectl create ingress door --class=nginx --rule='example.com/*=web:80'",
  "sleep 30",
];

let hotel: Hotel;
beforeAll(async () => {
  hotel = await openHotel({
    "/etc/hosts": "127.0.0.1 localhost\n10.9.8.7 mine.example other # x\n",
  });
  hotel.cluster.publicNames.set("example.com", "203.0.113.10");
  for (const line of setup) await hotel.run(line);
});
afterAll(() => hotel.close());

const silence = ";; communications error to 10.96.0.10#53: timed out\n".repeat(3);

describe("names", () => {
  test.each([
    ["dig +short example.com", "203.0.113.10\n"],
    ["dig +short nobody.example", ""],
    ["dig +noall +answer example.com", "example.com.\t\t300\tIN\tA\t203.0.113.10\n"],
    ["dig +short mine.example", ""],
    ["dig +short @10.96.0.10 web.default.svc.cluster.local", silence],
    ["dig -x 203.0.113.10", "dig: not in this hotel: -x (the real dig has it)\n"],
    [
      "nslookup example.com",
      "Server:\t\t198.51.100.1\nAddress:\t198.51.100.1#53\n\nNon-authoritative answer:\nName:\texample.com\nAddress: 203.0.113.10\n\n",
    ],
    [
      "nslookup web.default.svc.cluster.local",
      "Server:\t\t198.51.100.1\nAddress:\t198.51.100.1#53\n\n** server can't find web.default.svc.cluster.local: NXDOMAIN\n\n",
    ],
    ["nslookup web 10.96.0.10", `${silence};; no servers could be reached\n\n`],
    ["host example.com", "example.com has address 203.0.113.10\n"],
    ["host -t AAAA example.com", "example.com has no AAAA record\n"],
    ["host nobody.example", "Host nobody.example not found: 3(NXDOMAIN)\n"],
    [
      "getent hosts example.com mine.example",
      "203.0.113.10    example.com\n10.9.8.7        mine.example\n",
    ],
    ["getent hosts 10.9.8.7", "10.9.8.7        mine.example other\n"],
    [
      "getent ahosts other",
      "10.9.8.7        STREAM other\n10.9.8.7        DGRAM  \n10.9.8.7        RAW    \n",
    ],
    ["getent hosts nobody.example || echo $?", "2\n"],
    [
      "getent passwd",
      "getent: not in this hotel: the database passwd (the real getent has it); hosts and ahosts are\n",
    ],
    [
      "getent bogus",
      "Unknown database: bogus\nTry `getent --help' or `getent --usage' for more information.\n",
    ],
  ])("%s", async (line, output) => {
    expect(await hotel.run(line)).toBe(output);
  });

  test("dig tells all", async () => {
    const output = await hotel.run("dig example.com");
    expect(output.replace(/id: \d+/, "id: N").replace(/WHEN: .*/, "WHEN: …")).toBe(
      "\n; <<>> DiG 9.18.28 <<>> example.com\n;; global options: +cmd\n;; Got answer:\n" +
        ";; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: N\n" +
        ";; flags: qr rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1\n\n" +
        ";; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n" +
        ";; QUESTION SECTION:\n;example.com.\t\t\tIN\tA\n\n" +
        ";; ANSWER SECTION:\nexample.com.\t\t300\tIN\tA\t203.0.113.10\n\n" +
        ";; Query time: 16 msec\n;; SERVER: 198.51.100.1#53(198.51.100.1) (UDP)\n" +
        ";; WHEN: …\n;; MSG SIZE  rcvd: 56\n\n",
    );
    expect(await hotel.run("dig nobody.example")).toContain("status: NXDOMAIN");
    expect((await hotel.result("dig @10.96.0.10 web")).status).toBe(9);
  });
});

describe("probes", () => {
  test.each([
    [
      "ping -c 2 10.0.0.11",
      "PING 10.0.0.11 (10.0.0.11) 56(84) bytes of data.\n64 bytes from 10.0.0.11: icmp_seq=1 ttl=57 time=16.0 ms\n64 bytes from 10.0.0.11: icmp_seq=2 ttl=57 time=16.0 ms\n\n--- 10.0.0.11 ping statistics ---\n2 packets transmitted, 2 received, 0% packet loss, time 1016ms\nrtt min/avg/max/mdev = 16.000/16.000/16.000/0.000 ms\n",
    ],
    [
      "ping -c 2 10.96.0.1",
      "PING 10.96.0.1 (10.96.0.1) 56(84) bytes of data.\n\n--- 10.96.0.1 ping statistics ---\n2 packets transmitted, 0 received, 100% packet loss, time 1000ms\n\n",
    ],
    ["ping nobody.example", "ping: nobody.example: Name or service not known\n"],
    [
      "nc -zv example.com 80",
      "Connection to example.com (203.0.113.10) 80 port [tcp/http] succeeded!\n",
    ],
    [
      "nc -zv 203.0.113.10 81",
      "nc: connect to 203.0.113.10 port 81 (tcp) failed: Connection refused\n",
    ],
    [
      "nc -zv -w 1 10.96.0.1 80",
      "nc: connect to 10.96.0.1 port 80 (tcp) timed out: Operation now in progress\n",
    ],
    ["nc -z 203.0.113.10 80-81 || echo $?", "1\n"],
    [
      "nc nobody.example 80",
      'nc: getaddrinfo for host "nobody.example" port 80: Name or service not known\n',
    ],
    [
      "printf 'GET / HTTP/1.0\\nHost: example.com\\n\\n' | nc -C example.com 80 | tail -n 1",
      "hello-world\n",
    ],
    ["printf 'HELO\\r\\n\\r\\n' | nc example.com 80 | head -n 1", "HTTP/1.1 400 Bad Request\r\n"],
  ])("%s", async (line, output) => {
    expect(await hotel.run(line)).toBe(output);
  });

  test("Ctrl+C ends ping with its statistics", async () => {
    let screen = "";
    const write = (data: string): void => void (screen += data);
    const terminal = new Terminal({ shell: hotel.shell, write, columns: 100, rows: 20 });
    terminal.input("ping 10.0.0.11\r");
    await hotel.pass(2500);
    terminal.input("\x03");
    await hotel.pass(10_000);
    const [, after = ""] = screen.split("^C");
    expect(after.replaceAll("\r", "")).toMatch(
      /^\n--- 10\.0\.0\.11 ping statistics ---\n3 packets transmitted, 3 received, 0% packet loss, time 2016ms\nrtt .*\n.*\$ /,
    );
  });
});

describe("hey", () => {
  test("sends every request to a Pod, without a guest on the stage", async () => {
    const before = hotel.traces.length;
    const { out } = await hotel.result("hey -n 20 -c 5 http://example.com/");
    expect(hotel.traces).toHaveLength(before);
    expect(out).toMatch(/^\nSummary:\n {2}Total:\t0\.\d{4} secs\n {2}Slowest:\t/);
    expect(out).toContain(
      "\n  Total data:\t240 bytes\n  Size/request:\t12 bytes\n\nResponse time histogram:\n",
    );
    expect(out).toContain("\n\nStatus code distribution:\n  [200]\t20 responses\n\n\n");
    expect(out.match(/■/g)!.length).toBeGreaterThan(40);
    const log = await hotel.run(
      "kubectl logs -n ingress-nginx deploy/ingress-nginx-controller --tail=20",
    );
    expect(log.match(/"GET \/ HTTP\/1\.1" 200 12 "-" "hey\/0\.0\.1"/g)).toHaveLength(20);
  });

  test.each([
    [
      "hey -n 4 -c 2 http://example.com:81/",
      'Error distribution:\n  [4]\tGet "http://example.com:81/": dial tcp 203.0.113.10:81: connect: connection refused\n',
    ],
    [
      "hey -n 4 -c 2 http://nobody.example/",
      'Error distribution:\n  [4]\tGet "http://nobody.example/": dial tcp: lookup nobody.example on 198.51.100.1:53: no such host\n',
    ],
    ["hey -n 1 -c 2 http://example.com/", "-n cannot be less than -c.\n\nUsage: hey"],
    ["hey -h2 http://example.com/", "hey: not in this hotel: -h2 (the real hey has it)\n"],
    ["hey -bogus http://example.com/", "flag provided but not defined: -bogus\n"],
    ["hey -z 1s -c 1 -q 4 -o csv http://example.com/ | wc -l", "5\n"],
  ])("%s", async (line, words) => {
    expect(await hotel.run(line)).toContain(words);
  });
});
