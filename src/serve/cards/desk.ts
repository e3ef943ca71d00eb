// The four implementations at a desk without a cluster: what each makes of the cards in files,
// with the settings that it is installed with by default.

import { Service } from "../../api/kinds/service.ts";
import type { ServicePort } from "../../api/kinds/service.ts";
import type { Kind } from "../../api/kinds/kind.ts";
import { keyOf } from "../../api/object.ts";
import type { Key, Obj } from "../../api/object.ts";
import { compile } from "../../ingress/compile/compiler.ts";
import type { Compiled } from "../../ingress/compile/compiler.ts";
import { writtenRules } from "../../ingress/compile/rules.ts";
import { worldOf } from "../../ingress/compile/world.ts";
import type { World } from "../../ingress/compile/world.ts";
import { alb } from "../../ingress/profiles/alb/profile.ts";
import { ingressNginx } from "../../ingress/profiles/ingress-nginx/profile.ts";
import { readSettings } from "../../ingress/profiles/ingress-nginx/settings.ts";
import type { Settings } from "../../ingress/profiles/ingress-nginx/settings.ts";
import { spec } from "../../ingress/profiles/spec/profile.ts";
import { traefik } from "../../ingress/profiles/traefik/profile.ts";
import { defaults, publicEntryPoints } from "../../ingress/profiles/traefik/settings.ts";
import type { Cards } from "./read.ts";

export const profileNames = ["spec", "ingress-nginx", "traefik", "alb"] as const;
export type ProfileName = (typeof profileNames)[number];

export function isProfile(name: string): name is ProfileName {
  return (profileNames as readonly string[]).includes(name);
}

/** What an implementation makes of all Ingresses of the files, whatever class they name. */
export function compiledBy(name: ProfileName, cards: Cards): Compiled {
  return compile(profileOf(name, cards), cards.ingresses, assumingServices(cards));
}

function profileOf(name: ProfileName, cards: Cards) {
  switch (name) {
    case "spec":
      return spec;
    case "ingress-nginx":
      return ingressNginx(nginxSettings(cards));
    case "traefik":
      // Files know nothing of endpoints, and without any a router would be left out.
      return traefik({ ...defaults, allowEmpty: true }, publicEntryPoints(defaults)[0]!);
    case "alb":
      return alb();
  }
}

/** Those of the ConfigMap that the chart names so, when the files hold it. */
export function nginxSettings({ objects }: Cards): Settings {
  const map = objects.find(
    ({ kind, metadata }) => kind === "ConfigMap" && metadata.name === "ingress-nginx-controller",
  ) as (Obj & { data?: Record<string, string> }) | undefined;
  return readSettings(map?.data ?? {});
}

/**
 * The objects of the files, and for every backend whose Service is in none of them a Service as
 * the Ingress wants it: files of rules are often read without those of the applications.
 */
function assumingServices({ objects, ingresses }: Cards): World {
  const given = worldOf(objects);
  const assumed = new Map<Key, ServicePort[]>();
  for (const ingress of ingresses) {
    const backends = writtenRules(ingress).map(({ backend }) => backend);
    for (const one of [...backends, ingress.spec.defaultBackend]) {
      if (!one?.service) continue;
      const key = keyOf({ metadata: { ...ingress.metadata, name: one.service.name } });
      const { name, number = 80 } = one.service.port ?? {};
      const port = { port: number, nodePort: 30_000, ...(name && { name }) };
      assumed.set(key, [...(assumed.get(key) ?? []), port as ServicePort]);
    }
  }
  return {
    get<T extends Obj>(kind: Kind<T>, key: Key): T | undefined {
      const found = given.get(kind, key);
      const ports = assumed.get(key);
      if (found || kind.kind !== Service.kind || !ports) return found;
      const [namespace = "", name = ""] = key.split("/");
      const metadata = { namespace, name };
      const made: Service = { apiVersion: "v1", kind: "Service", metadata, spec: { ports } };
      return made as unknown as T;
    },
  };
}
