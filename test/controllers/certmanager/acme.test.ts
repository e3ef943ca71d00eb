// ACME: the city registry signs once it has fetched the token through the Ingress, and the laptop
// believes it without being told. Where the token cannot be seen, the Challenge says why.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { card, openHouse, type House } from "./house.ts";

const host = "shop.example.com";
const issuer = (name: string, className = "nginx"): string => `
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: ${name}}
spec:
  acme:
    server: https://acme.city.example/directory
    email: Desk@grand.example
    privateKeySecretRef: {name: ${name}-account}
    solvers: [{http01: {ingress: {ingressClassName: ${className}}}}]
`;
const annotated = (name: string): Record<string, string> => ({
  "cert-manager.io/cluster-issuer": name,
});

let house: House;
beforeAll(async () => {
  house = await openHouse({ nginx: true });
  await house.apply(issuer("city"));
}, 60_000);
afterAll(() => house.close());

const state = (): Promise<string> =>
  house.run(
    "kubectl get challenge -o jsonpath='{.items[*].status.state}: {.items[*].status.reason}'",
  );

describe("the city registry", () => {
  test("registers the issuer's account", async () => {
    expect(await house.run("kubectl get clusterissuer city -o wide")).toMatch(
      /city +True +The ACME account was registered with the ACME server +/,
    );
    expect(await house.run("kubectl get clusterissuer city -o jsonpath='{.status.acme}'")).toBe(
      '{"lastRegisteredEmail":"Desk@grand.example","uri":"https://acme.city.example/acct/1"}',
    );
    expect(await house.run("kubectl get secret -n cert-manager city-account -o name")).toBe(
      "secret/city-account\n",
    );
  });

  test("nobody knows the name yet: the self check says so, and nothing is signed", async () => {
    await house.apply(card(host, annotated("city")), 20_000);
    expect(await state()).toMatch(
      new RegExp(
        `^pending: Waiting for HTTP-01 challenge propagation: failed to perform self check GET request 'http://${host}/\\.well-known/acme-challenge/(\\S+)': Get "http://${host}/\\.well-known/acme-challenge/\\1": dial tcp: lookup ${host} on 10\\.96\\.0\\.10:53: no such host$`,
      ),
    );
    expect(await house.run("kubectl get certificate web-tls")).toMatch(/web-tls +False/);
    expect(await house.run("kubectl get pod,svc,ingress -o name")).toMatch(
      /pod\/cm-acme-http-solver-\S+\n[^]*service\/cm-acme-http-solver-\S+\n[^]*ingress\.networking\.k8s\.io\/cm-acme-http-solver-/,
    );
    expect(await house.run("kubectl describe certificaterequest web-tls-1")).toMatch(
      /Waiting on certificate issuance from order default\/web-tls-1-\d+: "pending"/,
    );
  });

  test("once the name leads to the desk, it is fetched, signed, and curl verifies it", async () => {
    house.cluster.publicNames.set(host, "203.0.113.10");
    await house.pass(40_000);
    expect(await house.run("kubectl get order -o jsonpath='{.items[*].status.state}'")).toBe(
      "valid",
    );
    expect(await house.run("kubectl get certificate web-tls")).toMatch(/web-tls +True/);
    expect(await house.run(`curl -sS https://${host}/`)).toBe("hi\n");
    const shown = await house.run(`curl -sv https://${host}/`);
    expect(shown).toContain("issuer: C=GI; O=City Registry; CN=City Registry Root X1");
    const events = await house.events("Challenge");
    expect(events).toContain("Presented Presented challenge using HTTP-01 challenge mechanism");
    expect(events).toContain(`DomainVerified Domain "${host}" verified with "HTTP-01" validation`);
    expect(await house.events("Order")).toContain("Complete Order completed successfully");
  });

  test("afterwards nothing of the challenge is left", async () => {
    await house.pass(5_000);
    expect(await house.run("kubectl get challenge,pod,svc,ingress -o name")).not.toContain("acme");
    const log = await house.run(
      "kubectl logs -n ingress-nginx deploy/ingress-nginx-controller | grep acme-challenge",
    );
    expect(log).toMatch(
      /GET \/\.well-known\/acme-challenge\/\S+ HTTP\/1\.1" 200 87 "-" "Mozilla\/5\.0 \(compatible; City Registry/,
    );
  });
});

describe("where the token is not seen", () => {
  test("a solver's Ingress of a class that nobody serves: 404", async () => {
    await house.apply(issuer("wrong", "nobody"));
    await house.apply(card(host, annotated("wrong"), "/shop"), 20_000);
    expect(await state()).toBe(
      "pending: Waiting for HTTP-01 challenge propagation: wrong status code '404', expected '200'",
    );
  });

  test("a name that only the cluster knows: the registry does not find it", async () => {
    const inside = "web.default.svc.cluster.local";
    await house.run("kubectl delete ingress web");
    await house.apply(
      `
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: inner}
spec: {secretName: inner, dnsNames: [${inside}], issuerRef: {name: city, kind: ClusterIssuer}}
`,
      20_000,
    );
    expect(await state()).toContain("propagation: did not get expected response");
    // The Service leads to the solver now: seen from inside, but not from the street.
    await house.run("kubectl delete service web");
    const labels = "{.items[0].metadata.labels}";
    const selector = await house.run(
      `kubectl get pod -l acme.cert-manager.io/http01-solver=true -o jsonpath='${labels}'`,
    );
    await house.apply(
      `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: ${selector}, ports: [{port: 80, targetPort: 8089}]}
`,
      40_000,
    );
    const problem = `400 urn:ietf:params:acme:error:dns: DNS problem: NXDOMAIN looking up A for ${inside} - check that a DNS record exists for this domain`;
    expect(await state()).toBe(
      `invalid: Error accepting authorization: acme: authorization error for ${inside}: ${problem}`,
    );
    expect(await house.run("kubectl get order -o jsonpath='{.items[*].status.state}'")).toContain(
      "invalid",
    );
    expect(await house.events("Certificate")).toContainEqual(
      expect.stringMatching(
        /^Failed The certificate request has failed to complete and will be retried: Failed to wait for order resource "inner-1-\d+" to become ready: order is in "invalid" state: $/,
      ),
    );
  });

  test("a server that speaks no ACME: the issuer is not ready, and nothing crashes", async () => {
    await house.run("kubectl delete service web; kubectl expose deployment web --port=80");
    const plain = issuer("plain").replace(/https:.*/, "http://web.default.svc.cluster.local/");
    await house.apply(plain);
    expect(await house.run("kubectl get clusterissuer plain -o wide")).toMatch(
      /plain +False +Failed to register ACME account: 200 : hi/,
    );
  });

  test("no such server: the issuer says what Go says", async () => {
    await house.apply(issuer("lost").replace("acme.city.example", "acme.nowhere.example"));
    expect(
      await house.run(
        "kubectl get clusterissuer lost -o jsonpath='{.status.conditions[0].message}'",
      ),
    ).toBe(
      'Failed to register ACME account: Get "https://acme.nowhere.example/directory": dial tcp: lookup acme.nowhere.example on 10.96.0.10:53: no such host',
    );
  });
});
