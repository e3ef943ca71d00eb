// Lines of the table whose output differs on purpose, or by the machine that they run on, and why.

const reasons: readonly (readonly [RegExp, string])[] = [
  [/ --help\b|^kubectl( rollout| top| config)?$/, "help is written for the terminal"],
  [/^kubectl completion/, "the terminal completes by itself"],
  [/port-forward/, "serve speaks no SPDY, which kubectl's port-forward needs"],
  [/^kubectl edit/, "there is no editor in a test"],
  [/^kubectl debug/, "Pods here have no ephemeral containers"],
  [/^kubectl (kustomize|autoscale|top)/, "the terminal says that it is not there, kubectl tries"],
  [/^kubectl apply -f (beta|multi)\.yaml$/, "serve has no /openapi/v2, kubectl's last resort"],
  [/^kubectl config view$/, "serve's kubeconfig has a token, the terminal's a certificate"],
  [/^kubectl version$/, "the client's version is that of the machine"],
  [/--dry-run$/, "the number of the process"],
  [/https:\/\/example\.com/, "there is no internet"],
];

/** Why a line is not compared; undefined for those that are. */
export function difference(command: string, printed: string): string | undefined {
  if (printed.includes("not in this hotel")) return "the terminal says that it is not there";
  return reasons.find(([pattern]) => pattern.test(command))?.[1];
}

/** How the kubectl of Google's SDK words its own mistakes, as the upstream binary does. */
export function upstreamWords(text: string): string {
  return text
    .replace(/^Error: /gm, "error: ")
    .replace(/^E\d{4} .*run\.go:\d+\] "command failed" err=(".*")$/gm, (_, quoted: string) => {
      return `error: ${JSON.parse(quoted) as string}`;
    });
}
