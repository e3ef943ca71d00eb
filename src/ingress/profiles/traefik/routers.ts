// One Ingress as Traefik's routers: each rule a router with a priority and a service. What cannot
// become a router is a problem, told in Traefik's words. Models loadConfigurationFromIngresses,
// loadRouter and buildRule of the provider.

import type { Ingress, IngressBackend } from "../../../api/kinds/ingress.ts";
import { backendOf, sourceOf, writtenRules } from "../../compile/rules.ts";
import type { WrittenRule } from "../../compile/rules.ts";
import type { World } from "../../compile/world.ts";
import { compilePattern, PatternError } from "../../pattern/pattern.ts";
import type { Backend, PathClause, Source } from "../../table.ts";
import { routerAnnotations } from "./annotations.ts";
import type { RouterAnnotations } from "./annotations.ts";
import type { LogFields } from "./log.ts";
import { loadService } from "./services.ts";
import type { Loaded } from "./services.ts";
import type { TraefikSettings } from "./settings.ts";

export interface Router {
  /** Without "@kubernetes". */
  readonly name: string;
  readonly rule: string;
  readonly priority: number;
  readonly host: string;
  readonly pathType: string;
  readonly path: PathClause;
  readonly backend: Backend;
  readonly service: Loaded;
  readonly source: Source;
  readonly router: RouterAnnotations;
}

/** What an Ingress could not become, for the log and for the Ingress' verdicts. */
export interface Problem {
  readonly message: string;
  readonly fields: LogFields;
  /** The YAML path. */
  readonly field: string;
  readonly reason: string;
}

interface Reading {
  readonly routers: readonly Router[];
  readonly problems: readonly Problem[];
}

/** The lowest there is: the default router goes last. */
const lowest = -(2 ** 31);

export function readIngress(ingress: Ingress, settings: TraefikSettings, world: World): Reading {
  const { metadata } = ingress;
  const read = routerAnnotations(metadata.annotations);
  if ("error" in read) {
    const fields = { error: read.error };
    const reason = "FailedToParseAnnotations";
    const message = "Failed to parse annotations";
    return { routers: [], problems: [{ message, fields, field: "metadata.annotations", reason }] };
  }
  const reader = new Reader(ingress, read.ok, settings, world);
  const { rules = [], defaultBackend } = ingress.spec;
  if (rules.length === 0 && defaultBackend) reader.defaultBackend(defaultBackend);
  for (const rule of writtenRules(ingress)) reader.rule(rule, pathOf(ingress, rule));
  return { routers: reader.routers, problems: reader.problems };
}

class Reader {
  readonly routers: Router[] = [];
  readonly problems: Problem[] = [];
  readonly #ingress: Ingress;
  readonly #router: RouterAnnotations;
  readonly #settings: TraefikSettings;
  readonly #world: World;

  constructor(
    ingress: Ingress,
    router: RouterAnnotations,
    settings: TraefikSettings,
    world: World,
  ) {
    this.#ingress = ingress;
    this.#router = router;
    this.#settings = settings;
    this.#world = world;
  }

  defaultBackend(written: IngressBackend): void {
    const field = "spec.defaultBackend";
    const found = this.#backend(written, field, "Resource is not supported for default backend");
    if (!found) return;
    this.routers.push({
      name: "default-router",
      rule: "PathPrefix(`/`)",
      priority: lowest,
      host: "",
      pathType: "",
      path: { type: "Any" },
      source: sourceOf(this.#ingress, field),
      router: this.#router,
      ...found,
    });
  }

  /** @param path as it is written, "" when it is not. */
  rule(rule: WrittenRule, path: string): void {
    const found = this.#backend(rule.backend, rule.field, "Resource backends are not supported");
    if (!found) return;
    const matcher = this.#matcher(rule);
    const clause = this.#clause(matcher, path, rule.field);
    if (!clause) return;
    const text = [hostRule(rule.host), pathRule(matcher, path)].filter(Boolean).join(" && ");
    const { namespace = "default", name } = this.#ingress.metadata;
    this.routers.push({
      name: normalise(`${namespace}-${name}-${rule.host}${path}`),
      rule: text,
      priority: this.#router.priority || text.length,
      host: rule.host,
      pathType: rule.pathType,
      path: clause,
      source: sourceOf(this.#ingress, rule.field),
      router: this.#router,
      ...found,
    });
  }

  #backend(
    written: IngressBackend,
    field: string,
    unsupported: string,
  ): { backend: Backend; service: Loaded } | undefined {
    const backend = backendOf(this.#ingress, written, (...names) => normalise(names.join("-")));
    if (!backend) {
      this.#problem(unsupported, {}, field, "ResourceBackend");
      return undefined;
    }
    const names = {
      serviceName: backend.service,
      servicePort: printPort(written),
    };
    const service = loadService(backend, this.#settings, this.#world);
    if ("error" in service) {
      const fields = { error: service.error, ...names };
      this.#problem("Cannot create service", fields, field, "CannotCreateService");
      return undefined;
    }
    if (service.servers.length > 0 || this.#settings.allowEmpty) return { backend, service };
    this.#problem("Skipping service: no endpoints found", names, field, "NoEndpoints");
    return undefined;
  }

  #matcher({ pathType }: WrittenRule): string {
    if (pathType === "Exact") return "Path";
    const matcher = pathType === "Prefix" ? "PathPrefix" : this.#router.pathMatcher;
    return matcher === "PathPrefix" && this.#settings.strictPrefix ? "strict" : matcher;
  }

  #clause(matcher: string, path: string, field: string): PathClause | undefined {
    if (path === "") return { type: "Start", path: "/" };
    switch (matcher) {
      case "Path":
        return { type: "Exact", path };
      case "PathPrefix":
        return { type: "Start", path };
      case "strict":
        return { type: "Prefix", path };
      case "PathRegexp":
        try {
          // Found anywhere in the path, unless it says otherwise.
          const source = path.startsWith("^") ? path : `.*(?:${path})`;
          return { type: "Pattern", path, pattern: compilePattern(source, { ignoreCase: false }) };
        } catch (error) {
          if (!(error instanceof PatternError)) throw error;
          const text = `error while parsing rule PathRegexp(\`${path}\`): ${error.message}`;
          this.#problem("", { error: text }, field, "InvalidRule");
          return undefined;
        }
      default:
        this.#problem(
          "",
          { error: `error while parsing rule: unsupported function: ${matcher}` },
          field,
          "InvalidRule",
        );
        return undefined;
    }
  }

  #problem(message: string, fields: LogFields, field: string, reason: string): void {
    this.problems.push({ message, fields, field, reason });
  }
}

function pathOf(ingress: Ingress, { field }: WrittenRule): string {
  const [r = 0, p = 0] = [...field.matchAll(/\[(\d+)\]/g)].map((found) => Number(found[1]));
  return ingress.spec.rules?.[r]?.http?.paths[p]?.path ?? "";
}

/** Models buildHostRule: a wildcard is a regular expression of one label. */
function hostRule(host: string): string {
  if (host === "") return "";
  if (!host.startsWith("*.")) return `Host(\`${host}\`)`;
  const rest = host.slice(2).replace(/[.+*?()|[\]{}^$\\]/g, "\\$&");
  return `HostRegexp(\`^[a-zA-Z0-9-]+\\.${rest}$\`)`;
}

function pathRule(matcher: string, path: string): string {
  if (path === "") return "";
  if (matcher !== "strict") return `${matcher}(\`${path}\`)`;
  if (path === "/") return "PathPrefix(`/`)";
  const bare = path.replace(/\/$/, "");
  return `(Path(\`${bare}\`) || PathPrefix(\`${bare}/\`))`;
}

/** Models provider.Normalize: letters and digits, everything else a dash. */
function normalise(text: string): string {
  return text
    .split(/[^\p{L}\p{N}]+/u)
    .filter((one) => one !== "")
    .join("-");
}

/** Go's String() of a ServiceBackendPort. */
function printPort({ service }: IngressBackend): string {
  const { name = "", number = 0 } = service?.port ?? {};
  return `&ServiceBackendPort{Name:${name},Number:${number},}`;
}
