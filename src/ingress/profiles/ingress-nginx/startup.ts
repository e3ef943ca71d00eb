// What ingress-nginx says while it starts, before it has seen anything of the cluster.

import type { ControllerOptions } from "../../control.ts";
import { structured } from "../../klog.ts";
import type { LogLine } from "./upstreams.ts";

const rule = "-".repeat(79);

/** Models version/version.go String. */
export function startBanner(): readonly string[] {
  return [
    rule,
    "NGINX Ingress controller",
    "  Release:       v1.15.0",
    "  Build:         dbb11b92ddb77bee9c35e462479129354c84f939",
    "  Repository:    https://github.com/kubernetes/ingress-nginx",
    "  nginx version: nginx/1.27.1",
    "",
    rule,
    "",
  ];
}

/** Models cmd/nginx/main.go. */
export function startLines(_: ControllerOptions): readonly LogLine[] {
  const certificate = "/etc/ingress-controller/ssl/default-fake-certificate.pem";
  return [
    ["W", "client_config.go:667", inCluster],
    ["I", "main.go:205", structured("Creating API client", { host: "https://10.96.0.1:443" })],
    [
      "I",
      "main.go:248",
      structured("Running in Kubernetes cluster", {
        major: "1",
        minor: "32",
        git: "v1.32.0",
        state: "clean",
        commit: "70d3cc986aa8221cd1dfb1121852688902d3bf53",
        platform: "linux/amd64",
      }),
    ],
    ["I", "main.go:101", structured("SSL fake certificate created", { file: certificate })],
    ["I", "nginx.go:273", structured("Starting NGINX Ingress controller")],
  ];
}

const inCluster =
  "Neither --kubeconfig nor --master was specified.  Using the inClusterConfig.  " +
  "This might not work.";
