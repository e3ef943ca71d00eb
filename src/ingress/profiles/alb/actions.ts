// What a rule of the load balancer does: forward to target groups, redirect, or answer itself;
// from a Service and its port, or from the JSON of actions.NAME. Models enhanced_backend_builder
// and model_build_actions of the controller.

import type { Ingress, IngressBackend } from "../../../api/kinds/ingress.ts";
import type { Filter } from "../../filters.ts";
import type { Condition } from "../../table.ts";
import { annotation, prefix } from "./annotations.ts";

export type Action =
  | { readonly type: "forward"; readonly groups: readonly GroupShare[] }
  | { readonly type: "answer"; readonly filter: Filter };

/** A target group's share of the requests. */
export interface GroupShare {
  readonly service: string;
  readonly port: string;
  readonly weight: number;
}

/** What the controller refuses to build; the message is its own. */
export class ModelError extends Error {
  override name = "ModelError";
}

type Json = { readonly [key: string]: unknown };

/** The action of a backend. Throws ModelError. */
export function actionOf(ingress: Ingress, { service }: IngressBackend): Action {
  if (!service) throw new ModelError('missing required "service" field');
  const port = service.port?.name || String(service.port?.number ?? "");
  if (port !== "use-annotation") {
    return { type: "forward", groups: [{ service: service.name, port, weight: 1 }] };
  }
  const json = parsed(ingress, `actions.${service.name}`);
  if (json === undefined) return fixed("503", "text/plain", "Backend action does not exist");
  return annotated(json as Json);
}

/** conditions.NAME, beside host and path of the rule. Throws ModelError. */
export function conditionsOf(ingress: Ingress, { service }: IngressBackend): readonly Condition[] {
  const json = service && parsed(ingress, `conditions.${service.name}`);
  if (json === undefined) return [];
  if (!Array.isArray(json)) throw new ModelError("conditions must be a list");
  return (json as Json[]).map(condition);
}

export function fixed(status: string, contentType: string, body: string): Action {
  const why = `fixed response ${status}`;
  const number = Number(status);
  const type = contentType.startsWith("text/") ? `${contentType}; charset=utf-8` : contentType;
  return {
    type: "answer",
    filter: { type: "fixed", status: number, contentType: type, body, why },
  };
}

/** Redirects to HTTPS on a port (ssl-redirect). */
export function sslRedirect(port: number): Action {
  return redirect({ port: String(port), protocol: "HTTPS", statuscode: "HTTP_301" });
}

function annotated(json: Json): Action {
  switch (json["type"]) {
    case "fixed-response": {
      const config = json["fixedresponseconfig"] as Json | undefined;
      if (!config) throw new ModelError("missing FixedResponseConfig");
      return fixed(
        String(config["statuscode"] ?? ""),
        String(config["contenttype"] ?? "text/plain"),
        String(config["messagebody"] ?? ""),
      );
    }
    case "redirect": {
      const config = json["redirectconfig"] as Json | undefined;
      if (!config) throw new ModelError("missing RedirectConfig");
      if (config["statuscode"] === undefined) throw new ModelError("missing StatusCode");
      return redirect(config);
    }
    case "forward":
      return forward(json);
    default:
      throw new ModelError(`unknown action type: ${String(json["type"])}`);
  }
}

function forward(json: Json): Action {
  const config = json["forwardconfig"] as Json | undefined;
  const groups = (config?.["targetgroups"] ?? []) as readonly Json[];
  if (groups.length === 0) {
    throw new ModelError("precisely one of TargetGroupARN and ForwardConfig can be specified");
  }
  return {
    type: "forward",
    groups: groups.map((group) => {
      if (group["servicename"] === undefined) {
        throw new ModelError("target groups by ARN are not in this hotel; name a Service");
      }
      const weight = Number(group["weight"] ?? 1);
      return { service: String(group["servicename"]), port: String(group["serviceport"]), weight };
    }),
  };
}

/** #{host} and the like are the request's own parts. */
function redirect(config: Json): Action {
  const part = (name: string, fallback: string): string =>
    String(config[name] ?? fallback)
      .replaceAll("$", "${literal_dollar}")
      .replaceAll("/#{path}", "$uri")
      .replace(/#\{(protocol|host|port|query)\}/g, (_, key: string) => variables[key]!);
  const protocol = part("protocol", "#{protocol}").replace(/^HTTPS?$/, (one) => one.toLowerCase());
  const query = config["query"] === undefined ? "$is_args$args" : queryOf(part("query", ""));
  const template =
    `${protocol}://${part("host", "#{host}")}:${part("port", "#{port}")}` +
    `${part("path", "/#{path}")}${query}`;
  const status = config["statuscode"] === "HTTP_302" ? 302 : 301;
  return { type: "answer", filter: { type: "redirect", status, template, relative: true } };
}

const variables: Readonly<Record<string, string>> = {
  protocol: "$scheme",
  host: "$host",
  port: "$server_port",
  query: "$args",
};

function queryOf(query: string): string {
  if (query === "") return "";
  return query === "$args" ? "$is_args$args" : `?${query}`;
}

function condition(json: Json): Condition {
  const config = (name: string): Json => {
    const found = json[name.toLowerCase()] as Json | undefined;
    if (!found) throw new ModelError(`missing ${name}`);
    return found;
  };
  const values = (name: string): readonly string[] =>
    ((config(name)["values"] ?? []) as unknown[]).map(String);
  switch (json["field"]) {
    case "host-header":
      return { on: "host", values: values("HostHeaderConfig") };
    case "path-pattern":
      return { on: "path", values: values("PathPatternConfig") };
    case "http-request-method":
      return { on: "method", values: values("HTTPRequestMethodConfig") };
    case "source-ip":
      return { on: "source", values: values("SourceIPConfig") };
    case "http-header": {
      const name = String(config("HTTPHeaderConfig")["httpheadername"] ?? "");
      return { on: "header", name, values: values("HTTPHeaderConfig") };
    }
    case "query-string": {
      const pairs = (config("QueryStringConfig")["values"] ?? []) as readonly Json[];
      const text = (value: unknown): string => (value === undefined ? "" : String(value));
      return {
        on: "query",
        values: pairs.map(({ key, value }) => ({ key: text(key), value: text(value) })),
      };
    }
    default:
      throw new ModelError(`unknown condition field: ${String(json["field"])}`);
  }
}

/** An annotation's JSON; the names of its fields count in any case, as in Go. */
function parsed(ingress: Ingress, name: string): unknown {
  const raw = annotation(ingress, name);
  if (raw === undefined) return undefined;
  try {
    return JSON.parse(raw, lowerKeys);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new ModelError(`failed to parse json annotation, ${prefix}${name}: ${raw}: ${what}`);
  }
}

function lowerKeys(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k.toLowerCase(), v]));
}
