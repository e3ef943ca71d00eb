// Which program an image is: the registries of the whole world, as far as they reach here.
//
//   catalogue("nginx:1.29")   → Program      catalogue("no/such:1") → undefined: ErrImagePull
//
// The programs are in images/. The ingress controllers' images are added by the cluster, because
// a controller is an ordinary client and no part of this folder.

import { echo } from "./images/echo.ts";
import { fetched } from "./images/fetched.ts";
import { isScript, scripted, sleeping } from "./images/script.ts";
import { api, web } from "./images/web.ts";
import { parseImage } from "./kubelet/imagename.ts";
import type { Program } from "./program.ts";

const echoBasic = fetched(async () => (await import("./images/echobasic.ts")).echoBasic);
const ealenEcho = fetched(async () => (await import("./images/echoservers.ts")).ealenEcho);
const nginx = fetched(async () => (await import("./images/webservers.ts")).nginx);
const httpd = fetched(async () => (await import("./images/webservers.ts")).httpd);
const httpEcho = fetched(async () => (await import("./images/demos.ts")).httpEcho);
const whoami = fetched(async () => (await import("./images/demos.ts")).whoami);
const agnhost = fetched(async () => (await import("./images/demos.ts")).agnhost);
const certManager = fetched(async () => (await import("./certmanager/program.ts")).certManager);
const acmeSolver = fetched(async () => (await import("./images/acmesolver.ts")).acmeSolver);

const practice = (name: Trait): Program =>
  fetched(async () => (await import("./images/practice.ts"))[name]);

type Trait = "slow" | "flaky" | "crash" | "rooted" | "redirect" | "sink";

/** By "registry/repository"; the hotel's own images have short names on docker.io. */
const programs: Readonly<Record<string, Program | ((tag: string) => Program)>> = {
  "docker.io/library/echo": echo,
  "docker.io/library/web": web,
  "docker.io/library/api": api,
  "docker.io/library/slow": practice("slow"),
  "docker.io/library/flaky": practice("flaky"),
  "docker.io/library/crash": practice("crash"),
  "docker.io/library/rooted": practice("rooted"),
  "docker.io/library/redirect": practice("redirect"),
  "docker.io/library/sink": practice("sink"),
  "docker.io/library/nginx": nginx,
  "docker.io/nginxinc/nginx-unprivileged": nginx,
  "docker.io/library/httpd": httpd,
  "docker.io/hashicorp/http-echo": httpEcho,
  "docker.io/traefik/whoami": whoami,
  "docker.io/containous/whoami": whoami,
  "docker.io/ealen/echo-server": ealenEcho,
  "quay.io/jetstack/cert-manager-controller": certManager,
  "quay.io/jetstack/cert-manager-acmesolver": acmeSolver,
  "docker.io/kennethreitz/httpbin": httpbin(80),
  "docker.io/mccutchen/go-httpbin": httpbin(8080),
  "ghcr.io/mccutchen/go-httpbin": httpbin(8080),
  "gcr.io/google-samples/hello-app": helloVersion,
  "us-docker.pkg.dev/google-samples/containers/gke/hello-app": helloVersion,
  "registry.k8s.io/e2e-test-images/agnhost": agnhost,
  "gcr.io/k8s-staging-gateway-api/echo-basic": echoBasic,
  "registry.k8s.io/gateway-api/echo-basic": echoBasic,
  "registry.k8s.io/gateway-api/conformance/echo-basic": echoBasic,
  "registry.k8s.io/ingressconformance/echoserver": echoBasic,
  "registry.k8s.io/ingress-conformance/echoserver": echoBasic,
  "registry.k8s.io/e2e-test-images/echoserver": echo,
  "registry.k8s.io/echoserver": echo,
  "k8s.gcr.io/echoserver": echo,
  "registry.k8s.io/pause": sleeping,
  "docker.io/library/busybox": scripted(),
  "docker.io/library/alpine": scripted(),
  "docker.io/library/debian": scripted(),
  "docker.io/library/ubuntu": scripted(),
  "docker.io/curlimages/curl": scripted(),
  "docker.io/radial/busyboxplus": scripted(),
  "docker.io/nicolaka/netshoot": scripted(),
  "registry.k8s.io/e2e-test-images/busybox": scripted(),
  "registry.k8s.io/e2e-test-images/jessie-dnsutils": scripted(sleeping),
};

/** The program of an image reference; undefined when nobody here knows it. */
export function catalogue(image: string): Program | undefined {
  const name = parseImage(image);
  if (!name) return undefined;
  const word = `${name.registry}/${name.repository}`;
  const found = Object.hasOwn(programs, word) ? programs[word] : undefined;
  if (!found) return undefined;
  const program = typeof found === "function" ? found(name.tag) : found;
  return { start: (context) => (isScript(context) ? shell : program).start(context) };
}

const shell = scripted();

function helloVersion(tag: string): Program {
  const version = tag.startsWith("2") ? "2.0.0" : "1.0.0";
  return fetched(async () => (await import("./images/demos.ts")).helloApp(version));
}

function httpbin(port: number): Program {
  return fetched(async () => (await import("./images/httpbin.ts")).httpbin(port));
}
