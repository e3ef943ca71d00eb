// The kubeconfig that lets a real kubectl in.

import { Buffer } from "node:buffer";

/** A complete kubeconfig with one cluster, one user (a bearer token) and one context. */
export function kubeconfig({
  server,
  ca,
  token,
}: {
  server: string;
  ca: string;
  token: string;
}): string {
  return `apiVersion: v1
kind: Config
clusters:
- name: hotel
  cluster:
    server: ${server}
    certificate-authority-data: ${Buffer.from(ca).toString("base64")}
contexts:
- name: hotel
  context:
    cluster: hotel
    user: manager
current-context: hotel
users:
- name: manager
  user:
    token: ${token}
`;
}
