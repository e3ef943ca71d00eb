// An Ingress with an annotation gets its certificate: curl goes from the fake one to verified.

import { afterAll, beforeAll, expect, test } from "vitest";
import { card, houseAuthority, openHouse, type House } from "./house.ts";

const host = "shop.example.com";
let house: House;

beforeAll(async () => {
  house = await openHouse({ nginx: true });
  house.cluster.publicNames.set(host, "203.0.113.10");
  await house.apply(houseAuthority);
}, 60_000);
afterAll(() => house.close());

test("the annotation makes a Certificate for each tls entry, and https is verified", async () => {
  await house.apply(card(host, {}));
  const verified = `curl -sS --cacert ca.pem https://${host}/`;
  await house.run(
    "kubectl get secret house-ca -n cert-manager -o jsonpath='{.data.tls\\.crt}' | base64 -d > ca.pem",
  );
  expect(await house.run(verified)).toContain("curl: (60)");
  await house.apply(card(host, { "cert-manager.io/cluster-issuer": "house" }), 5_000);
  expect(await house.run("kubectl get certificate")).toMatch(/web-tls +True +web-tls +/);
  expect(await house.run(verified)).toBe("hi\n");
  expect(await house.events("Ingress")).toContain(
    'CreateCertificate Successfully created Certificate "web-tls"',
  );
  const owner = "{.metadata.ownerReferences[0].kind}/{.metadata.ownerReferences[0].name}";
  expect(await house.run(`kubectl get certificate web-tls -o jsonpath='${owner}'`)).toBe(
    "Ingress/web",
  );
});

test("annotations reach the Certificate's spec", async () => {
  await house.apply(
    card(host, {
      "cert-manager.io/cluster-issuer": "house",
      "cert-manager.io/duration": "720h",
      "cert-manager.io/common-name": host,
    }),
    5_000,
  );
  const spec = JSON.parse(await house.run("kubectl get certificate web-tls -o jsonpath='{.spec}'"));
  expect(spec).toEqual({
    commonName: host,
    dnsNames: [host],
    duration: "720h0m0s",
    issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "house" },
    secretName: "web-tls",
    usages: ["digital signature", "key encipherment"],
  });
  expect(await house.events("Ingress")).toContain(
    'UpdateCertificate Successfully updated Certificate "web-tls"',
  );
});

test("annotations that contradict each other are told of", async () => {
  await house.apply(
    card(host, { "cert-manager.io/cluster-issuer": "house", "cert-manager.io/issuer": "house" }),
  );
  expect(await house.events("Ingress")).toContain(
    'BadConfig Could not determine issuer for ingress due to bad annotations: both "cert-manager.io/issuer" and "cert-manager.io/cluster-issuer" may not be set',
  );
});

test("a Certificate goes with its tls entry", async () => {
  const other = card(host, { "cert-manager.io/cluster-issuer": "house" });
  await house.apply(other.replace("secretName: web-tls", "secretName: new-tls"), 5_000);
  expect(await house.run("kubectl get certificate -o name")).toBe(
    "certificate.cert-manager.io/new-tls\n",
  );
  expect(await house.events("Ingress")).toContain(
    'DeleteCertificate Successfully deleted unrequired Certificate "web-tls"',
  );
});
