// Lines of the table whose output differs on purpose, or by the machine that they run on, and why.

const reasons: readonly (readonly [RegExp, string])[] = [
  [/ --help\b|^kubectl( rollout| top| config)?$/, "help is written for the terminal"],
  [/^kubectl completion/, "the terminal completes by itself"],
  [/port-forward/, "serve speaks no SPDY, which kubectl's port-forward needs"],
  [/^kubectl edit/, "there is no editor in a test"],
  [/^kubectl debug/, "Pods here have no ephemeral containers"],
  [/^kubectl (kustomize|autoscale|top)/, "the terminal says that it is not there, kubectl tries"],
  [/^kubectl apply -f (beta|multi)\.yaml$/, "serve has no /openapi/v2, kubectl's last resort"],
  [/^kubectl auth can-i --list$/, "the terminal does not sort as kubectl does"],
  [/^kubectl config view$/, "the terminal keeps contexts in their order, kubectl sorts them"],
  [/--context=nope/, "the SDK's kubectl looks for its server's version first"],
  [/^kubectl taint nodes node-1 a=b:Foo$/, "the SDK's kubectl adds a line of help"],
  [/^kubectl describe ns /, "the terminal tells of quotas, which are not served here"],
  [/^kubectl (describe svc app|get endpointslices)$/, "endpoints are a moment later in real time"],
  [/^kubectl explain ingress\.spec\.rules$/, "the terminal leaves <no description> out"],
  [/^kubectl rollout history .*--revision/, "kubectl prints tabs, the terminal blanks"],
  [/^kubectl apply view-last-applied/, "the terminal and kubectl order the keys differently"],
  [/^kubectl version$/, "the client's version is that of the machine"],
  [/^kubectl drain /, "evictions go side by side, in whatever order"],
  [
    /^kubectl diff -f dir$/,
    "the terminal writes the namespace into last-applied, kubectl diff does not",
  ],
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
