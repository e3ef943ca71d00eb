// The sealed letter: a certificate is made, put into a Secret and named by an Ingress, and curl goes
// from (60) to verified. Then it is broken in six ways, and each leaves its evidence.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dayMs } from "../net/x509/hotel.ts";
import { openHotel, type Hotel } from "../shell/cluster.ts";

const card = (host: string, secret: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: letter}
spec:
  ingressClassName: nginx
  tls: [{hosts: [${host}], secretName: ${secret}}]
  rules:
  - host: ${host}
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
`;

const authority = [
  "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -days 3650 -subj '/CN=House Authority'",
  "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout mid.key -out mid.csr -subj '/CN=Floor Authority'",
  "printf 'basicConstraints=critical,CA:TRUE\\nkeyUsage=keyCertSign\\n' > mid.cnf",
  "openssl x509 -req -in mid.csr -CA ca.crt -CAkey ca.key -CAcreateserial -extfile mid.cnf -days 900 -out mid.crt",
];

/** A certificate NAME.crt for a host, signed by the authority in the middle. */
const issued = (name: string, host: string): string[] => [
  `openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ${name}.key -out ${name}.csr -subj /CN=${host}`,
  `printf 'subjectAltName=DNS:${host}\\n' > ${name}.cnf`,
  `openssl x509 -req -in ${name}.csr -CA mid.crt -CAkey mid.key -CAcreateserial -extfile ${name}.cnf -days 30 -out ${name}.crt`,
  `cat ${name}.crt mid.crt > ${name}-chain.crt`,
];

const secret = (pair: string): string => {
  const [cert = "", key = ""] = pair.split(" ");
  return `kubectl create secret tls letter --cert=${cert} --key=${key} --dry-run=client -o yaml | kubectl apply -f -`;
};

describe("the sealed letter", () => {
  let hotel: Hotel;
  const run = async (...lines: string[]): Promise<string> => {
    let out = "";
    for (const line of lines) out = await hotel.run(line);
    await hotel.pass(2_000);
    return out;
  };
  const log = (): Promise<string> =>
    hotel.run("kubectl logs -n ingress-nginx deploy/ingress-nginx-controller --since=10s");
  const verified = "curl -sS --cacert ca.crt https://example.com/";

  beforeAll(async () => {
    hotel = await openHotel();
    hotel.cluster.publicNames.set("example.com", "203.0.113.10");
    await run(
      "helm repo add ingress-nginx https://kubernetes.github.io/ingress-nginx",
      "helm install ingress-nginx ingress-nginx/ingress-nginx -n ingress-nginx --create-namespace --wait",
      "kubectl create deployment web --image=hashicorp/http-echo -- /http-echo -text=hi -listen=:80",
      "kubectl expose deployment web --port=80",
      "kubectl rollout status deployment/web",
      ...authority,
      ...issued("good", "example.com"),
      ...issued("other", "other.example"),
    );
    hotel.files.write(
      "/home/guest/card.yaml",
      new TextEncoder().encode(card("example.com", "letter")),
    );
    await run("kubectl apply -f card.yaml", secret("good-chain.crt good.key"));
  }, 60_000);
  afterAll(() => hotel.close());

  test("a stranger's authority is not believed, a known one is", async () => {
    expect(await run("curl -sS https://example.com/")).toContain(
      "curl: (60) SSL certificate problem: unable to get local issuer certificate",
    );
    expect(await run(verified)).toBe("hi\n");
    const talk = await run("curl -sv --cacert ca.crt https://example.com/");
    expect(talk).toContain('subjectAltName: host "example.com" matched cert\'s "example.com"');
    expect(talk).toContain("SSL certificate verify ok.");
  });

  test("no SNI: the desk shows its fake certificate", async () => {
    const shown = await run("openssl s_client -connect 203.0.113.10:443 -noservername < /dev/null");
    expect(shown).toContain(
      "subject=O = Acme Co, CN = Kubernetes Ingress Controller Fake Certificate",
    );
    const named = await run(
      "openssl s_client -connect 203.0.113.10:443 -servername example.com -CAfile ca.crt < /dev/null",
    );
    expect(named).toContain("subject=CN = example.com");
    expect(named).toContain("Verify return code: 0 (ok)");
  });

  test("the wrong names: the controller says which", async () => {
    await run(secret("other-chain.crt other.key"));
    expect(await log()).toContain(
      'SSL certificate "default/letter" does not contain a Common Name or Subject Alternative Name for server "example.com": x509: certificate is valid for other.example, not example.com',
    );
    expect(await run(verified)).toContain("curl: (60) SSL certificate problem: self-signed");
    const names = await run("openssl x509 -in other.crt -noout -ext subjectAltName");
    expect(names).toContain("DNS:other.example");
  });

  test("a missing intermediate: the controller is silent, s_client is not", async () => {
    await run(secret("good.crt good.key"));
    expect(await run(verified)).toContain("unable to get local issuer certificate");
    const brief = await run(
      "openssl s_client -connect example.com:443 -CAfile ca.crt -brief < /dev/null",
    );
    expect(brief).toContain("verify error:num=20:unable to get local issuer certificate");
    expect(brief).toContain("verify error:num=21:unable to verify the first certificate");
    expect(await run("openssl verify -CAfile ca.crt -untrusted mid.crt good.crt")).toBe(
      "good.crt: OK\n",
    );
  });

  test("the wrong key: kubectl refuses, and the controller does where kubectl was not asked", async () => {
    expect(await run("kubectl create secret tls x --cert=good.crt --key=other.key")).toBe(
      "error: tls: private key does not match public key\n",
    );
    await run(
      "kubectl delete secret letter",
      "kubectl create secret generic letter --from-file=tls.crt=good-chain.crt --from-file=tls.key=other.key",
    );
    expect(await log()).toContain(
      "Error obtaining X.509 certificate: unexpected error creating SSL Cert: certificate and private key does not have a matching public key: tls: private key does not match public key",
    );
  });

  test("a Secret in another namespace: it is not there", async () => {
    await run("kubectl delete secret letter", "kubectl create namespace archive");
    await run(`${secret("good-chain.crt good.key")} -n archive`);
    expect(await log()).toContain(
      'Error getting SSL certificate "default/letter": local SSL certificate default/letter was not found. Using default certificate',
    );
  });

  test("time passes: the next handshake fails for the right reason", async () => {
    await run(secret("good-chain.crt good.key"));
    expect(await run(verified)).toBe("hi\n");
    hotel.cluster.clock.leap(31 * dayMs);
    expect(await run(verified)).toContain(
      "curl: (60) SSL certificate problem: certificate has expired",
    );
    expect(await run("openssl x509 -in good.crt -noout -checkend 0")).toBe(
      "Certificate will expire\n",
    );
    await run("kubectl annotate ingress letter touched=yes");
    expect(await log()).toContain('SSL certificate for server "example.com" expired (2026-12-23');
  });
});
