// The files of a container when it starts: what the image brings, and what the kubelet writes.

import { MemoryFiles } from "../memoryfiles.ts";
import { parentOf } from "../path.ts";
import type { ContainerPlace } from "./place.ts";
import type { Toolset } from "./toolsets.ts";

/** The cluster's DNS, as the kubelet knows it (--cluster-dns). */
const clusterDns = "10.96.0.10";

export function rootFiles(place: ContainerPlace, { system, tools, sh }: Toolset): MemoryFiles {
  const { hostname, host, namespace } = place;
  const files = new MemoryFiles({
    "/etc/hostname": `${hostname}\n`,
    "/etc/hosts":
      "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n" +
      "::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nfe00::\tip6-mcastprefix\n" +
      `fe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n${host.ip}\t${hostname}\n`,
    "/etc/resolv.conf":
      `search ${namespace}.svc.cluster.local svc.cluster.local cluster.local\n` +
      `nameserver ${clusterDns}\noptions ndots:5\n`,
    "/etc/os-release": `PRETTY_NAME="${system}"\nNAME="${system.split(" ")[0]}"\n`,
    "/etc/passwd": `root:x:0:0:root:/root:/bin/${sh === "busybox" ? "sh" : "bash"}\n`,
    "/proc/1/cmdline": place.command.map((word) => `${word}\0`).join(""),
    ...(tools.has("nginx") && nginxFiles),
  });
  for (const tool of tools) if (/^\w/.test(tool)) files.put(`/bin/${tool}`, new Uint8Array(0));
  const folders = [
    "/dev",
    "/home",
    "/root",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/var",
    "/var/log",
    "/opt",
  ];
  for (const folder of folders) if (files.kind(folder) === undefined) files.makeFolder(folder);
  return files;
}

const nginxFiles: Readonly<Record<string, string>> = {
  "/etc/nginx/nginx.conf":
    "user  nginx;\nworker_processes  auto;\n\nevents {\n    worker_connections  1024;\n}\n\n" +
    "http {\n    include       /etc/nginx/mime.types;\n    default_type  application/octet-stream;\n" +
    "    sendfile        on;\n    keepalive_timeout  65;\n    include /etc/nginx/conf.d/*.conf;\n}\n",
  "/etc/nginx/conf.d/default.conf":
    "server {\n    listen       80;\n    server_name  localhost;\n\n    location / {\n" +
    "        root   /usr/share/nginx/html;\n        index  index.html index.htm;\n    }\n}\n",
};

/** Lays what the volumes hold over the image's files. */
export function mount(files: MemoryFiles, mounted: Readonly<Record<string, Uint8Array>>): void {
  for (const [path, content] of Object.entries(mounted)) {
    if (files.kind(parentOf(path)) !== "file" && files.kind(path) !== "folder") {
      files.put(path, content);
    }
  }
}
