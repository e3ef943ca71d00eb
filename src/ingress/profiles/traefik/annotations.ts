// traefik.ingress.kubernetes.io/router.* on Ingresses and service.* on Services. As in Traefik an
// unknown or malformed one spoils the whole object. Models annotations.go of the provider and
// the label decoder of traefik/paerser.

export const prefix = "traefik.ingress.kubernetes.io/";

export interface RouterAnnotations {
  /** For ImplementationSpecific paths. */
  readonly pathMatcher: string;
  /** Undefined: all of them. */
  readonly entryPoints: readonly string[] | undefined;
  readonly middlewares: readonly string[];
  /** 0: the length of the rule. */
  readonly priority: number;
  readonly tls: boolean;
}

export interface ServiceAnnotations {
  /** "" lets the port decide. */
  readonly scheme: string;
  readonly nativeLb: boolean | undefined;
  readonly sticky: StickyAnnotations | undefined;
  /** Names of those that are known and change nothing here, with the reason. */
  readonly unserved: readonly { readonly name: string; readonly why: string }[];
}

export interface StickyAnnotations {
  readonly name: string;
  readonly secure: boolean;
  readonly sameSite: string;
  readonly maxAge: string;
  readonly path: string;
  readonly domain: string;
}

type Read<T> = { readonly ok: T } | { readonly error: string };

const routerFields =
  /^(pathmatcher|entrypoints|middlewares|priority|tls(\.(options|certresolver|domains(\.\d+\.(main|sans))?))?|observability\.(accesslogs|metrics|tracing|traceverbosity))$/;
const serviceFields =
  /^(serversscheme|serverstransport|passhostheader|nativelb|nodeportlb|sticky(\.cookie(\.(name|secure|httponly|samesite|maxage|path|domain))?)?)$/;

/** An Ingress' router.* annotations. */
export function routerAnnotations(
  annotations: Readonly<Record<string, string>> = {},
): Read<RouterAnnotations> {
  const read = fieldsOf(annotations, "router.", routerFields);
  if ("error" in read) return read;
  const fields = read.ok;
  const priority = fields.get("priority") ?? "0";
  if (!/^-?\d+$/.test(priority)) {
    return { error: `router.priority: strconv.ParseInt: parsing "${priority}": invalid syntax` };
  }
  const tls = fields.get("tls");
  return {
    ok: {
      pathMatcher: fields.get("pathmatcher") || "PathPrefix",
      entryPoints: fields.has("entrypoints")
        ? list(fields.get("entrypoints")).map((one) => one.toLowerCase())
        : undefined,
      middlewares: list(fields.get("middlewares")),
      priority: Number(priority),
      tls: tls === undefined ? [...fields.keys()].some((one) => one.startsWith("tls.")) : yes(tls),
    },
  };
}

/** A Service's service.* annotations. */
export function serviceAnnotations(
  annotations: Readonly<Record<string, string>> = {},
): Read<ServiceAnnotations> {
  const read = fieldsOf(annotations, "service.", serviceFields);
  if ("error" in read) return read;
  const fields = read.ok;
  const sticky = [...fields.keys()].some((one) => one.startsWith("sticky"));
  const unserved = ["serverstransport", "nodeportlb"]
    .filter((name) => fields.has(name))
    .map((name) => ({ name: `service.${name}`, why: "not simulated in this hotel" }));
  if (fields.has("passhostheader") && !yes(fields.get("passhostheader"))) {
    const why = "not simulated in this hotel: the Host field always goes on as it came";
    unserved.push({ name: "service.passhostheader", why });
  }
  return {
    ok: {
      scheme: fields.get("serversscheme") ?? "",
      nativeLb: fields.has("nativelb") ? yes(fields.get("nativelb")) : undefined,
      sticky: sticky ? stickyOf(fields) : undefined,
      unserved,
    },
  };
}

function stickyOf(fields: ReadonlyMap<string, string>): StickyAnnotations {
  const cookie = (name: string): string => fields.get(`sticky.cookie.${name}`) ?? "";
  return {
    name: cookie("name"),
    secure: yes(cookie("secure")),
    sameSite: cookie("samesite"),
    maxAge: cookie("maxage"),
    path: cookie("path") || "/",
    domain: cookie("domain"),
  };
}

function fieldsOf(
  annotations: Readonly<Record<string, string>>,
  root: string,
  known: RegExp,
): Read<Map<string, string>> {
  const out = new Map<string, string>();
  for (const [key, value] of Object.entries(annotations)) {
    if (!key.toLowerCase().startsWith(prefix + root)) continue;
    const field = key.slice(prefix.length + root.length).toLowerCase();
    if (!known.test(field)) {
      return { error: `field not found, node: ${field.split(".").at(-1)!}` };
    }
    out.set(field, value);
  }
  return { ok: out };
}

function list(value = ""): string[] {
  return value
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

function yes(value = ""): boolean {
  return /^(1|t|true)$/i.test(value);
}
