// The catalogue: each image on its port, answering as it does in life.

import { describe, expect, test } from "vitest";
import { Pod } from "../../src/api/kinds/index.ts";
import type { Container, ContainerStatus } from "../../src/api/kinds/pod.ts";
import { catalogue } from "../../src/controllers/images.ts";
import { canonicalImage, parseImage } from "../../src/controllers/kubelet/imagename.ts";
import { header } from "../../src/net/http/message.ts";
import { Hotel, pod } from "./hotel.ts";

describe("image references", () => {
  test.each([
    ["nginx", "docker.io/library/nginx:latest"],
    ["nginx:1.29", "docker.io/library/nginx:1.29"],
    ["traefik/whoami:v1.11", "docker.io/traefik/whoami:v1.11"],
    ["registry.k8s.io/pause:3.10", "registry.k8s.io/pause:3.10"],
    ["localhost:5000/a/b", "localhost:5000/a/b:latest"],
    [`nginx@sha256:${"a".repeat(64)}`, `docker.io/library/nginx@sha256:${"a".repeat(64)}`],
  ])("%s is %s", (image, canonical) => {
    expect(canonicalImage(parseImage(image)!)).toBe(canonical);
  });

  test.each(["", "Nginx", "nginx:", "a//b", "nginx@sha256:1", "nginx:a:b"])(
    "%j is none",
    (image) => {
      expect(parseImage(image)).toBeUndefined();
    },
  );

  test("what nobody knows is not found", () => {
    expect(catalogue("no/such:1")).toBeUndefined();
    expect(catalogue("constructor")).toBeUndefined();
    expect(catalogue("docker.io/library/nginx")).toBeDefined();
  });
});

const http = (port: number): Partial<Container> => ({ ports: [{ containerPort: port }] });
const words = "text/plain; charset=utf-8";
const echoBasic = "gcr.io/k8s-staging-gateway-api/echo-basic:v20240412-v1.0.0-394-g40c666fd";
const echoServer = "registry.k8s.io/ingressconformance/echoserver:v0.0.1";
const agnhost = "registry.k8s.io/e2e-test-images/agnhost:2.53";

// image, container, request → status, type, body
test.each<[string, Partial<Container>, string, number, string, RegExp]>([
  ["echo", {}, "8080/a?b=c", 200, "application/json", /"path": "\/a",[^]*"pod": "web",/],
  ["echo:2", http(5000), "5000/", 200, "application/json", /"namespace": "default"/],
  ["web", {}, "80/", 200, "text/html; charset=utf-8", /<strong>web<\/strong>/],
  ["web", http(3000), "3000/lobby", 200, "text/html; charset=utf-8", /<h1>/],
  ["web", {}, "80/x/style.css", 200, "text/css", /color/],
  ["web", {}, "80/app.js", 200, "text/javascript", /querySelector/],
  ["web", {}, "80/logo.svg", 200, "image/svg+xml", /<svg/],
  ["web", {}, "80/none.png", 404, "text/plain", /no \/none\.png/],
  ["api", {}, "8080/api/rooms", 200, "application/json", /"number": 101/],
  ["api", {}, "8080/rooms/204", 200, "application/json", /Garden room/],
  ["api", {}, "8080/rooms/999", 404, "application/json", /no room 999/],
  ["api", {}, "8080/", 200, "application/json", /"pod": "web"/],
  ["slow", { args: ["--delay=90ms"] }, "8080/x", 200, words, /^Sorry for the wait of 90ms: \/x/],
  ["slow", { env: [{ name: "DELAY", value: "1s" }] }, "8080/", 200, words, /wait of 1s/],
  ["slow", http(80), "80/?delay=20", 200, words, /wait of 20:/],
  ["flaky", { args: ["--every=1", "--status=503"] }, "8080/", 503, words, /^Request 1 failed/],
  ["flaky", {}, "8080/", 200, words, /^Request 1 is answered by web/],
  ["crash", {}, "8080/", 200, words, /^Still here: web/],
  ["rooted", {}, "8080/", 200, "text/html; charset=utf-8", /href="\/style\.css"/],
  ["rooted", {}, "8080/style.css", 200, "text/css", /serif/],
  ["rooted", {}, "8080/shop/", 404, words, /no \/shop\//],
  ["redirect", {}, "8080/", 302, "", /^$/],
  ["redirect", { args: ["--to", "/in"] }, "8080/in", 200, "text/html; charset=utf-8", /Log in/],
  ["sink", {}, "8080/", 200, words, /^Received 0 bytes/],
  ["nginx:1.29", http(8080), "80/", 200, "text/html", /Welcome to nginx!/],
  ["nginx", {}, "80/web", 404, "text/html", /404 Not Found[^]*nginx\/1\.29/],
  ["httpd:2.4", {}, "80/", 200, "text/html", /It works!/],
  ["httpd", {}, "80/x", 404, "text/html", /Not Found/],
  [
    "hashicorp/http-echo",
    { args: ["-text=hi"] },
    "5678/x",
    200,
    "text/plain; charset=utf-8",
    /^hi\n$/,
  ],
  [
    "hashicorp/http-echo:1.0",
    { args: ["-text", "a b", "-listen=:80"] },
    "80/",
    200,
    "text/plain; charset=utf-8",
    /^a b\n$/,
  ],
  [
    "traefik/whoami",
    {},
    "80/x",
    200,
    "text/plain; charset=utf-8",
    /^Hostname: web\nIP: 127[^]*\nGET \/x HTTP\/1\.1\nHost: /,
  ],
  [
    "traefik/whoami:v1.10",
    { args: ["--port=2001"] },
    "2001/api",
    200,
    "application/json",
    /"hostname": "web"/,
  ],
  [
    "gcr.io/google-samples/hello-app:1.0",
    {},
    "8080/",
    200,
    "text/plain; charset=utf-8",
    /^Hello, world!\nVersion: 1\.0\.0\nHostname: web\n$/,
  ],
  [
    "gcr.io/google-samples/hello-app:2.0",
    {},
    "8080/",
    200,
    "text/plain; charset=utf-8",
    /Version: 2\.0\.0/,
  ],
  [
    agnhost,
    { args: ["netexec", "--http-port=8083"] },
    "8083/hostname",
    200,
    "text/plain; charset=utf-8",
    /^web$/,
  ],
  [
    agnhost,
    { args: ["netexec"] },
    "8080/echo?msg=hello",
    200,
    "text/plain; charset=utf-8",
    /^hello$/,
  ],
  [agnhost, { args: ["serve-hostname"] }, "9376/", 200, "text/plain; charset=utf-8", /^web$/],
  [
    "ealen/echo-server",
    {},
    "80/x?echo_code=418",
    418,
    "application/json",
    /"originalUrl": "\/x\?echo_code=418"/,
  ],
  ["kennethreitz/httpbin", {}, "80/get?a=1", 200, "application/json", /"a": "1"/],
  ["kennethreitz/httpbin", {}, "80/status/503", 503, "", /^$/],
  ["mccutchen/go-httpbin", {}, "8080/headers", 200, "application/json", /"Host": /],
  [
    echoBasic,
    {},
    "3000/a?b=1",
    200,
    "application/json",
    /"path": "\/a\?b=1",\n {2}"host": "[\d.]+",\n {2}"method": "GET",\n {2}"proto": "HTTP\/1\.1"/,
  ],
  [
    echoServer,
    { env: [{ name: "INGRESS_NAME", value: "i" }] },
    "3000/",
    200,
    "application/json",
    /"ingress": "i"[^]*"pod": "web"/,
  ],
])("%s %j: %s → %i %s", async (image, container, request, status, type, body) => {
  const hotel = new Hotel();
  await hotel.create(Pod, pod("web", { containers: [{ name: "web", image, ...container }] }));
  const [web] = await hotel.ready("", 1);
  const [, port, target] = /^(\d+)(.*)$/.exec(request)!;
  const node = { actor: "node/node-1", ip: "10.0.0.11" };
  const visit = await hotel.visit(node, `${web!.status!.podIP}:${port}${target}`);
  expect(visit.fault).toBeUndefined();
  expect(visit.status).toBe(status);
  expect(header(visit.headers, "content-type") ?? "").toBe(type);
  expect(visit.body).toMatch(body);
});

test("echo tells the whole request, for assertions", async () => {
  const hotel = new Hotel();
  await hotel.create(Pod, pod("web", {}));
  const [web] = await hotel.ready("", 1);
  const visit = await hotel.visit(hotel.host(web!), `${web!.status!.podIP}:8080/a/b?x=1&y=2`, {
    method: "POST",
    headers: [
      ["x-forwarded-for", "198.51.100.7"],
      ["Accept", "a"],
      ["Accept", "b"],
    ],
    body: "hello",
  });
  expect(JSON.parse(visit.body)).toEqual({
    method: "POST",
    path: "/a/b",
    query: { x: "1", y: "2" },
    target: "/a/b?x=1&y=2",
    host: web!.status!.podIP,
    proto: "HTTP/1.1",
    headers: { "X-Forwarded-For": ["198.51.100.7"], Accept: ["a", "b"], "Content-Length": ["5"] },
    body: "hello",
    namespace: "default",
    pod: "web",
    service: "",
    ingress: "",
    node: web!.spec.nodeName,
    podIp: web!.status!.podIP,
    port: 8080,
    clientIp: web!.status!.podIP,
  });
});

test("nginx writes its access log", async () => {
  const hotel = new Hotel();
  await hotel.create(Pod, pod("web", { containers: [{ name: "web", image: "nginx:1.29" }] }));
  const [web] = await hotel.ready("", 1);
  const node = { actor: "node/node-1", ip: "10.0.0.11" };
  await hotel.visit(node, `${web!.status!.podIP}/x`, { headers: [["User-Agent", "curl/8.17.0"]] });
  expect(await hotel.log("default/web", { tailLines: 1 })).toMatch(
    /^10\.0\.0\.11 - - \[23\/Nov\/2026:09:00:\d\d \+0000\] "GET \/x HTTP\/1\.1" 404 \d+ "-" "curl\/8\.17\.0" "-"\n$/,
  );
});

test("crash ends by itself, again and again", async () => {
  const hotel = new Hotel();
  const containers = [{ name: "web", image: "crash", args: ["--after=3s", "--code=7"] }];
  await hotel.create(Pod, pod("web", { containers }));
  const status = async (): Promise<ContainerStatus | undefined> =>
    (await hotel.get(Pod, "default/web")).status?.containerStatuses?.[0];
  await hotel.until(async () => (await status())?.state?.waiting?.reason === "CrashLoopBackOff");
  expect((await status())?.lastState?.terminated).toMatchObject({ exitCode: 7, reason: "Error" });
  const log = await hotel.log("default/web", { previous: true });
  expect(log).toContain("panic: crash was asked to end after 3s");
});

test("two containers of a Pod cannot listen on one port", async () => {
  const hotel = new Hotel();
  const containers = ["one", "two"].map((name) => ({ name, image: "nginx:1.29" }));
  await hotel.create(Pod, pod("web", { containers }));
  await hotel.advance(30_000);
  const { status } = await hotel.get(Pod, "default/web");
  const waiting = status!.containerStatuses!.flatMap(({ name, state }) =>
    state?.waiting ? [`${name} ${state.waiting.reason}`] : [],
  );
  expect(waiting).toEqual([expect.stringMatching(/^(one|two) CrashLoopBackOff$/)]);
  const [name] = waiting[0]!.split(" ");
  const log = await hotel.log("default/web", { container: name, previous: true });
  expect(log).toContain("address already in use");
});
