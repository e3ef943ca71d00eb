// kubectl create ingress NAME --rule=host/path=service:port[,tls[=secret]].
// Models kubectl pkg/cmd/create/create_ingress.go.

import type { IngressBackend, IngressPath } from "../../../../api/kinds/ingress.ts";
import { KubectlError } from "../errors.ts";
import { generator } from "../verbs/create.ts";
import { newMeta, newObject } from "./objects.ts";

const rulePattern =
  /^(?<host>[\w*\-.]*)(?<path>\/[\w\-/.*]*)?=(?<service>[\w-]+:\w+|[\w-]+:[\w-]+)(?<tls>,tls(=[\w-]*)?)?$/;

export const createIngress = generator({
  name: "ingress",
  summary: "create an Ingress",
  flags: "rule class annotation default-backend",
  example:
    'kubectl create ingress simple --class=nginx --rule="example.com/web*=frontend-service:80"',
  make(name, given) {
    const rules = given.all("rule");
    const fallback = given.text("default-backend");
    if (rules.length === 0 && fallback === "") {
      throw new KubectlError(
        "not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)",
      );
    }
    const parsed = rules.map(parseRule);
    const annotations = Object.fromEntries(given.all("annotation").map(parseAnnotation));
    const meta = newMeta(name);
    const tls = tlsOf(parsed);
    return newObject("networking.k8s.io/v1", "Ingress", {
      metadata: { ...(Object.keys(annotations).length > 0 && { annotations }), ...meta },
      spec: {
        ...(fallback !== "" && {
          defaultBackend: backendOf(fallback, `--default-backend ${fallback}`),
        }),
        ...(given.given("class") && { ingressClassName: given.text("class") }),
        ...(parsed.length > 0 && { rules: rulesOf(parsed) }),
        ...(tls.length > 0 && { tls }),
      },
      status: { loadBalancer: {} },
    });
  },
});

interface Rule {
  readonly host: string;
  readonly path: IngressPath;
  readonly tls: boolean;
  readonly secret: string;
}

function parseRule(text: string): Rule {
  const found = rulePattern.exec(text)?.groups;
  if (found === undefined) {
    throw new KubectlError(
      `rule ${text} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`,
    );
  }
  const given = found["path"] ?? "/";
  const prefix = given.endsWith("*");
  const path = prefix ? given.slice(0, -1) || "/" : given;
  return {
    host: found["host"]!,
    path: {
      path,
      pathType: prefix ? "Prefix" : "Exact",
      backend: backendOf(found["service"]!, text),
    },
    tls: found["tls"] !== undefined,
    secret: found["tls"]?.split("=")[1] ?? "",
  };
}

function backendOf(text: string, where: string): IngressBackend {
  const [name = "", port = ""] = text.split(":");
  if (name === "" || port === "") {
    throw new KubectlError(
      `rule ${where} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`,
    );
  }
  return {
    service: { name, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } },
  };
}

/** Rules of one host stand together, in the order in which the hosts first come. */
function rulesOf(rules: readonly Rule[]): object[] {
  const hosts = [...new Set(rules.map((rule) => rule.host))];
  return hosts.map((host) => ({
    ...(host !== "" && { host }),
    http: { paths: rules.filter((rule) => rule.host === host).map((rule) => rule.path) },
  }));
}

function tlsOf(rules: readonly Rule[]): object[] {
  const secrets = [...new Set(rules.filter((rule) => rule.tls).map((rule) => rule.secret))];
  return secrets.map((secret) => {
    const hosts = [
      ...new Set(
        rules.filter((rule) => rule.tls && rule.secret === secret).map((rule) => rule.host),
      ),
    ];
    const named = hosts.filter((host) => host !== "");
    return {
      ...(named.length > 0 && { hosts: named }),
      ...(secret !== "" && { secretName: secret }),
    };
  });
}

function parseAnnotation(text: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals < 0) {
    throw new KubectlError(`annotation ${text} is invalid and should be in format key=[value]`);
  }
  return [text.slice(0, equals), text.slice(equals + 1)];
}
