// Which tools an image has: what `kubectl exec` can run in it. An image that is not here is built
// from nothing but its program (distroless, scratch): there is no shell in it.

/** How a shell tells that it does not know a command. */
type Dialect = "bash" | "busybox" | "dash";

export interface Toolset {
  /** Names of commands. */
  readonly tools: ReadonlySet<string>;
  /** What `sh` is. */
  readonly sh: Dialect;
  /** What /etc/os-release calls it. */
  readonly system: string;
  /** What runs when the container names nothing. */
  readonly entry: readonly string[];
}

const posix =
  "[ [[ . : alias base64 basename bg break cat cd chmod continue cp cut date dirname echo env exit export " +
  "expr false fg find grep egrep fgrep head hostname id jobs kill local ls mkdir mv printenv printf " +
  "ps pwd read readlink realpath return rm rmdir sed seq set shift sh sleep sort source tail tar tee test " +
  "time timeout touch tr trap true type unalias uname uniq unset wait wc which whoami xargs yes";

const busyboxTools = `${posix} ash awk clear diff less more nc nslookup ping telnet top traceroute vi watch wget netstat ip ifconfig tac rev nl md5sum sha256sum`;
const debianTools =
  `${posix} bash clear diff getent hash history nl rev sha256sum md5sum tac awk`.replace(
    " ps ",
    " ",
  );
const dnsTools = "dig host nslookup";

const busybox: Toolset = {
  tools: names(busyboxTools),
  sh: "busybox",
  system: "BusyBox v1.37.0",
  entry: ["sh"],
};
const alpine: Toolset = { ...busybox, system: "Alpine Linux v3.22", entry: ["/bin/sh"] };
const debian: Toolset = {
  tools: names(debianTools),
  sh: "dash",
  system: "Debian GNU/Linux 12 (bookworm)",
  entry: ["bash"],
};

function names(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}

function withTools(set: Toolset, more: string, o: Partial<Toolset> = {}): Toolset {
  return { ...set, ...o, tools: new Set([...set.tools, ...more.split(" ")]) };
}

const curl = withTools(alpine, "curl", { entry: ["curl"] });
const alpineCurl = withTools(alpine, "curl");
const netshoot = withTools(
  alpine,
  `bash curl jq hey openssl history getent ab ss mtr ${dnsTools}`,
  { entry: ["bash"] },
);
const nginxDebian = withTools(debian, "curl nginx", { entry: ["nginx", "-g", "daemon off;"] });
const nginxAlpine = withTools(alpineCurl, "nginx", { entry: ["nginx", "-g", "daemon off;"] });

/** By "registry/repository". A function is asked with the tag. */
const toolsets: Readonly<Record<string, Toolset | ((tag: string) => Toolset)>> = {
  "docker.io/library/busybox": busybox,
  "registry.k8s.io/e2e-test-images/busybox": busybox,
  "docker.io/library/alpine": alpine,
  "docker.io/library/debian": debian,
  "docker.io/library/ubuntu": { ...debian, system: "Ubuntu 24.04 LTS" },
  "docker.io/curlimages/curl": curl,
  "docker.io/radial/busyboxplus": (tag) => (tag === "curl" ? alpineCurl : busybox),
  "docker.io/nicolaka/netshoot": netshoot,
  "registry.k8s.io/e2e-test-images/jessie-dnsutils": withTools(debian, dnsTools),
  "registry.k8s.io/e2e-test-images/agnhost": withTools(alpineCurl, dnsTools),
  "docker.io/library/nginx": (tag) => (tag.includes("alpine") ? nginxAlpine : nginxDebian),
  "docker.io/nginxinc/nginx-unprivileged": (tag) =>
    tag.includes("alpine") ? nginxAlpine : nginxDebian,
  "docker.io/library/httpd": (tag) => (tag.includes("alpine") ? alpine : debian),
  "docker.io/library/web": alpineCurl,
  "docker.io/library/api": alpineCurl,
  "docker.io/library/echo": alpineCurl,
  "docker.io/ealen/echo-server": alpine,
  "docker.io/kennethreitz/httpbin": withTools(debian, "curl"),
  "registry.k8s.io/e2e-test-images/echoserver": alpineCurl,
  "registry.k8s.io/echoserver": alpineCurl,
  "k8s.gcr.io/echoserver": alpineCurl,
  "registry.k8s.io/ingress-nginx/controller": withTools(alpineCurl, "bash"),
  "docker.io/library/traefik": alpine,
};

/** Undefined: nothing but the program is in it. */
export function toolsetOf(image: string, tag: string): Toolset | undefined {
  const found = Object.hasOwn(toolsets, image) ? toolsets[image] : undefined;
  return typeof found === "function" ? found(tag) : found;
}
