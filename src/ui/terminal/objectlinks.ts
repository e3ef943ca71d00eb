// Names of Kubernetes objects in what the terminal shows: "pod/web-1" anywhere, and the NAME
// column of the tables that kubectl get prints. The page makes links of them.

/** A name in one line. Columns count from 0; `end` is the first one after it. */
export interface ObjectLink {
  readonly start: number;
  readonly end: number;
  /** "pod", "ingress.networking.k8s.io", or as it was typed: "pods". */
  readonly kind: string;
  readonly name: string;
  /** Undefined: the one in force. */
  readonly namespace: string | undefined;
}

const kinds =
  "pod|service|svc|deployment|deploy|replicaset|rs|daemonset|statefulset|job|cronjob|ingress|ing|" +
  "ingressclass|configmap|cm|secret|node|namespace|ns|endpoints|endpointslice|networkpolicy|" +
  "serviceaccount|gateway|gatewayclass|httproute";
const pair = new RegExp(
  `(?<![\\w/.-])((?:${kinds})s?(?:\\.[a-z][a-z0-9.]*)?)/([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)`,
  "g",
);

/** How far up the command is looked for that printed a table. */
const linesUpMax = 300;

/** The objects that line `at` names. `line` gives the text of a line, undefined above the first. */
export function objectLinks(line: (at: number) => string | undefined, at: number): ObjectLink[] {
  const text = line(at) ?? "";
  const found = [...text.matchAll(pair)].map(({ index, 0: whole, 1: kind = "", 2: name = "" }) => ({
    start: index,
    end: index + whole.length,
    kind,
    name,
    namespace: undefined,
  }));
  if (found.length > 0) return found;
  const inTable = rowLink(line, at, text);
  return inTable ? [inTable] : [];
}

/** The name in a row below a header "NAME …" or "NAMESPACE NAME …". */
function rowLink(
  line: (at: number) => string | undefined,
  at: number,
  text: string,
): ObjectLink | undefined {
  if (!/^[a-z0-9]/.test(text)) return undefined;
  let header: string | undefined;
  for (let above = at - 1; above >= Math.max(0, at - linesUpMax); above--) {
    const words = line(above);
    if (words === undefined) return undefined;
    if (header === undefined && /^(NAMESPACE +)?NAME( |$)/.test(words)) header = words;
    const typed = /^\S+@\S+\$ (.*)$/.exec(words)?.[1];
    if (typed === undefined) continue;
    const command = /\b(?:kubectl|k)\b(.*)$/.exec(typed)?.[1];
    return header && command !== undefined ? inColumn(command, header, text) : undefined;
  }
  return undefined;
}

function inColumn(command: string, header: string, text: string): ObjectLink | undefined {
  const kind = /\bget +(?:-\S+ +)*([a-z][a-z.]*)(?![\w,/])/.exec(command)?.[1];
  if (kind === undefined || kind === "all" || kind === "events") return undefined;
  const start = header.startsWith("NAMESPACE") ? header.indexOf("NAME", 1) : 0;
  const name = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?= |$)/.exec(text.slice(start))?.[0];
  if (name === undefined) return undefined;
  const own = start > 0 ? /^\S+/.exec(text)?.[0] : undefined;
  const asked = /(?:-n|--namespace)[ =]*([a-z0-9-]+)/.exec(command)?.[1];
  return { start, end: start + name.length, kind, name, namespace: own ?? asked };
}
