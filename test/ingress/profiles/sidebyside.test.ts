// Three controllers in one cluster: each serves the cards of its class and no others, and the
// same card means something else to each.

import { beforeAll, describe, expect, test } from "vitest";
import { worldOf } from "../../../src/ingress/compile/world.ts";
import { compile } from "../../../src/ingress/compile/compiler.ts";
import { alb } from "../../../src/ingress/profiles/alb/profile.ts";
import { defaults } from "../../../src/ingress/profiles/traefik/settings.ts";
import { traefik as traefikProfile } from "../../../src/ingress/profiles/traefik/profile.ts";
import { awsLoadBalancerController } from "../../../src/shell/charts/aws-load-balancer-controller.ts";
import { ingressNginx } from "../../../src/shell/charts/ingress-nginx.ts";
import { traefik } from "../../../src/shell/charts/traefik.ts";
import { Hotel, card } from "./hotel.ts";

const annotations = {
  "alb.ingress.kubernetes.io/scheme": "internet-facing",
  "alb.ingress.kubernetes.io/target-type": "ip",
};
const strict = { providers: { kubernetesIngress: { allowEmptyServices: false } } };

interface Doors {
  readonly it: Hotel;
  readonly nginx: string;
  readonly traefik: string;
}

async function grandHotel(): Promise<Doors> {
  const it = new Hotel();
  await it.room("web");
  await it.room("api");
  await it.chart(ingressNginx, "ingress-nginx");
  await it.chart(traefik, "traefik", strict);
  await it.chart(awsLoadBalancerController, "kube-system");
  const nginx = await it.address("ingress-nginx/ingress-nginx-controller");
  return { it, nginx, traefik: await it.address("traefik/traefik") };
}

async function entrance(it: Hotel, name: string): Promise<string> {
  const [address] = (await it.ingress(name)).status?.loadBalancer?.ingress ?? [];
  const { names } = { names: it.cluster.publicNames.list() };
  return names.find((one) => one.name === address?.hostname)?.ip ?? "";
}

describe("classes", () => {
  test("one card each: its own controller serves it, writes its status, and logs it", async () => {
    const { it, nginx, traefik: front } = await grandHotel();
    for (const [name, room] of Object.entries({ nginx: "web", traefik: "api", alb: "web" })) {
      await it.card(name, name, { [`${name}.com`]: [`Prefix / → ${room}`] }, { annotations });
    }
    await it.settle();
    await it.settle();
    const cloud = await entrance(it, "alb");
    const doors = { nginx, traefik: front, alb: cloud };
    for (const [of, ip] of Object.entries(doors)) {
      for (const host of Object.keys(doors)) {
        const wanted = of === host ? (of === "traefik" ? "200 api" : "200 web") : "404";
        expect(`${of} ${host} ${await it.ask(ip, `${host}.com`, "/")}`).toBe(
          `${of} ${host} ${wanted}`,
        );
      }
    }
    expect((await it.ingress("nginx")).status?.loadBalancer?.ingress).toEqual([{ ip: nginx }]);
    expect((await it.ingress("traefik")).status?.loadBalancer?.ingress).toEqual([{ ip: front }]);
    const logs = {
      nginx: (await it.logOf("app.kubernetes.io/name=ingress-nginx")).join("\n"),
      traefik: (await it.logOf("app.kubernetes.io/name=traefik")).join("\n"),
      alb: (await it.logOf("app.kubernetes.io/name=aws-load-balancer-controller")).join("\n"),
    };
    expect(logs.nginx).toContain('"Found valid IngressClass" ingress="default/nginx"');
    expect(logs.nginx).toMatch(/Ignoring ingress because of error.*ingress="default\/traefik"/);
    expect(logs.traefik).toContain("Updated ingress status ingress=traefik namespace=default");
    expect(logs.traefik).not.toContain("ingress=nginx");
    expect(logs.alb).toContain('"ingressGroup":"default/alb"');
    expect(logs.alb).not.toContain("default/nginx");
  });

  test("classes swapped: the doors swap too, and what the cloud built is gone", async () => {
    const { it, nginx, traefik: front } = await grandHotel();
    const rules = { "example.com": ["Prefix / → web"] };
    await it.card("a", "nginx", rules, { annotations });
    await it.card("b", "alb", rules, { annotations });
    await it.settle();
    const cloud = await entrance(it, "b");
    const ask = (ip: string): Promise<string> => it.ask(ip, "example.com", "/");
    expect([await ask(nginx), await ask(front), await ask(cloud)]).toEqual([
      "200 web",
      "404",
      "200 web",
    ]);
    await it.card("a", "traefik", rules, { annotations });
    await it.card("b", "nginx", rules, { annotations });
    await it.settle();
    await it.settle();
    expect([await ask(nginx), await ask(front)]).toEqual(["200 web", "200 web"]);
    await expect(ask(cloud)).rejects.toMatchObject({ fault: "timeout" });
    expect((await it.ingress("b")).metadata.finalizers).toBeUndefined();
  });

  test("a card without a class: the default class takes it, or nobody but Traefik", async () => {
    const { it, nginx, traefik: front } = await grandHotel();
    await it.card("card", undefined, { "": ["Prefix / → web"] });
    expect((await it.ingress("card")).spec.ingressClassName).toBe("traefik");
    await it.remove("IngressClass", "traefik");
    await it.card("bare", undefined, { "bare.com": ["Prefix / → web"] }, { annotations });
    await it.settle();
    expect((await it.ingress("bare")).spec.ingressClassName).toBeUndefined();
    expect(await it.ask(nginx, "bare.com", "/")).toBe("404");
    expect(await it.ask(front, "bare.com", "/")).toBe("200 web");
    expect(await it.ask(front, "other.com", "/")).toBe("404"); // its class is gone
    expect((await it.ingress("bare")).status?.loadBalancer?.ingress).toEqual([{ ip: front }]);
  });
});

describe("the same card", () => {
  let doors: Record<string, string>;
  let it: Hotel;

  beforeAll(async () => {
    const hotel = await grandHotel();
    ({ it } = hotel);
    await it.room("nobody", { replicas: 0 });
    for (const name of ["nginx", "traefik", "alb"]) {
      await it.card(
        name,
        name,
        {
          "example.com": [
            "Prefix /p → web",
            "Exact /p/e → api",
            "Exact /exact → web",
            "ImplementationSpecific /impl → web",
            "ImplementationSpecific /star/* → web",
            "Prefix /nobody → nobody",
            "Prefix /missing → missing",
          ],
          "*.example.com": ["Prefix / → web"],
        },
        { annotations },
      );
    }
    await it.settle();
    await it.settle();
    const alb = await entrance(it, "alb");
    doors = { nginx: hotel.nginx, traefik: hotel.traefik, alb };
  });

  test.each([
    // host path: nginx, traefik, alb
    "example.com /p: web, web, web",
    "example.com /p/: web, web, web",
    "example.com /pq: 404, web, 404",
    "example.com /p/e: api, web, api",
    "example.com /exact: web, web, web",
    "example.com /exact/: 404, 404, 404",
    "example.com /impl: web, web, web",
    "example.com /impl/x: web, web, 404",
    "example.com /star/x: 404, 404, web",
    "example.com /star/*: web, web, web",
    "example.com /nobody: 503, 404, 503",
    "example.com /missing: 503, 404, 503",
    "example.com /none: 404, 404, 404",
    "www.example.com /: web, web, web",
    "a.b.example.com /: 404, 404, web",
  ])("%s", async (row) => {
    const [asked = "", wanted = ""] = row.split(": ");
    const [host = "", path = ""] = asked.split(" ");
    const seen: string[] = [];
    for (const ip of [doors["nginx"]!, doors["traefik"]!, doors["alb"]!]) {
      seen.push((await it.ask(ip, host, path)).replace("200 ", ""));
    }
    expect(seen.join(", ")).toBe(wanted);
  });
});

test("verdicts name what does nothing under each controller", () => {
  const foreign = {
    "nginx.ingress.kubernetes.io/rewrite-target": "/",
    "alb.ingress.kubernetes.io/healthcheck-path": "/ping",
    "alb.ingress.kubernetes.io/colour": "red",
    "traefik.ingress.kubernetes.io/colour": "red",
  };
  const spec = { tls: [{ secretName: "cert" }] };
  const one = card("card", "any", { "": ["Prefix / → web"] }, { annotations: foreign, spec });
  const said = (profile: Parameters<typeof compile>[0]): string[] =>
    compile(profile, [one], worldOf([])).verdicts.map((v) => `${v.reason} ${v.message}`);
  const [web] = defaults.entryPoints;
  expect(said(traefikProfile(defaults, web!))).toEqual([
    "CannotCreateService Cannot create service: service not found: web",
    "AnnotationIgnored alb.ingress.kubernetes.io/colour: an annotation of another controller",
    "AnnotationIgnored alb.ingress.kubernetes.io/healthcheck-path: an annotation of another controller",
    "AnnotationIgnored nginx.ingress.kubernetes.io/rewrite-target: an annotation of another controller",
    "AnnotationIgnored colour: Traefik has no such annotation",
  ]);
  expect(said(alb())).toEqual([
    "AnnotationIgnored colour: the AWS Load Balancer Controller has no such annotation",
    "AnnotationIgnored healthcheck-path: targets count as healthy as long as they are registered",
    "AnnotationIgnored nginx.ingress.kubernetes.io/rewrite-target: an annotation of another controller",
    "AnnotationIgnored traefik.ingress.kubernetes.io/colour: an annotation of another controller",
    "SecretIgnored Secret cert is not looked at: a load balancer takes its certificates from ACM, " +
      "by alb.ingress.kubernetes.io/certificate-arn",
  ]);
});
