// Certificates out of self-signed and CA issuers: what kubectl shows, what is in the Secret, and
// what is said when the issuer is not there.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dayMs } from "../../net/x509/hotel.ts";
import { houseAuthority, openHouse, selfSigned, type House } from "./house.ts";

const certificate = (name: string, spec: string): string => `
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: ${name}}
spec: {secretName: ${name}-tls, ${spec}}
`;

let house: House;
const pem = (secret: string): Promise<string> =>
  house.run(
    `kubectl get secret ${secret} -o jsonpath='{.data.tls\\.crt}' | base64 -d > crt.pem; openssl x509 -in crt.pem -noout -subject -issuer -ext subjectAltName,keyUsage,basicConstraints`,
  );

beforeAll(async () => {
  house = await openHouse();
}, 60_000);
afterAll(() => house.close());

describe("a self-signed certificate", () => {
  beforeAll(async () => {
    await house.apply(selfSigned);
    await house.apply(
      certificate("plain", "dnsNames: [a.example, b.example], issuerRef: {name: self}"),
    );
  });

  test("is ready, in upstream's columns", async () => {
    expect(await house.run("kubectl get issuer,certificate,certificaterequest")).toMatch(
      new RegExp(
        [
          "NAME +READY +AGE\nissuer.cert-manager.io/self +True +\\S+\n\n",
          "NAME +READY +SECRET +AGE\ncertificate.cert-manager.io/plain +True +plain-tls +\\S+\n\n",
          "NAME +APPROVED +DENIED +READY +ISSUER +REQUESTER +AGE\n",
          "certificaterequest.cert-manager.io/plain-1 +True +True +self +\\S* +\\S+\n",
        ].join(""),
      ),
    );
  });

  test("has the spec's names, and cert-manager's annotations", async () => {
    const said = await pem("plain-tls");
    expect(said).toContain("DNS:a.example, DNS:b.example");
    expect(said).toContain("Digital Signature, Key Encipherment");
    expect(said).toContain("CA:FALSE");
    const secret = JSON.parse(await house.run("kubectl get secret plain-tls -o json"));
    expect(secret.type).toBe("kubernetes.io/tls");
    expect(secret.data["ca.crt"]).toBe(secret.data["tls.crt"]);
    expect(secret.metadata.annotations).toEqual({
      "cert-manager.io/alt-names": "a.example,b.example",
      "cert-manager.io/certificate-name": "plain",
      "cert-manager.io/common-name": "",
      "cert-manager.io/ip-sans": "",
      "cert-manager.io/issuer-group": "",
      "cert-manager.io/issuer-kind": "Issuer",
      "cert-manager.io/issuer-name": "self",
      "cert-manager.io/uri-sans": "",
    });
    expect(await house.run("kubectl get secret -o name")).toBe("secret/plain-tls\n");
  });

  test("tells what it did, in Events, in the description and in the log", async () => {
    expect((await house.events("Certificate")).sort()).toEqual([
      expect.stringMatching(
        /^Generated Stored new private key in temporary Secret resource "plain-/,
      ),
      "Issuing Issuing certificate as Secret does not exist",
      "Issuing The certificate has been successfully issued",
      'Requested Created new CertificateRequest resource "plain-1"',
    ]);
    const described = await house.run("kubectl describe certificate plain");
    expect(described).toMatch(
      /Message: +Certificate is up to date and has not expired\n +Observed Generation: +1\n +Reason: +Ready\n +Status: +True\n +Type: +Ready/,
    );
    expect(described).toMatch(/Not After: +2027-02-21T09:0/);
    expect(described).toMatch(/Renewal Time: +2027-01-22T09:0/);
    const log = await house.run("kubectl logs -n cert-manager deploy/cert-manager");
    expect(log).toMatch(
      /I1123 09:\d\d:\d\d\.\d{6} +1 trigger_controller\.go:225\] "Certificate must be re-issued" logger="cert-manager\.certificates-trigger" key="default\/plain" reason="DoesNotExist" message="Issuing certificate as Secret does not exist"\n/,
    );
  });

  test("is issued anew when its spec changes", async () => {
    await house.apply(certificate("plain", "dnsNames: [c.example], issuerRef: {name: self}"));
    expect(await pem("plain-tls")).toContain("DNS:c.example");
    expect(await house.events("Certificate")).toContain(
      "Issuing Fields on existing CertificateRequest resource not up to date: [spec.dnsNames]",
    );
    expect(await house.run("kubectl get certificaterequest -o name")).toBe(
      "certificaterequest.cert-manager.io/plain-2\n",
    );
  });

  test("is issued anew when its Secret is deleted", async () => {
    await house.run("kubectl delete secret plain-tls");
    await house.pass(3_000);
    expect(await pem("plain-tls")).toContain("DNS:c.example");
  });
});

describe("an authority of the house", () => {
  beforeAll(async () => {
    await house.apply(houseAuthority);
    await house.apply(
      certificate(
        "signed",
        "commonName: signed.example, dnsNames: [signed.example], duration: 2160h, renewBefore: 360h, issuerRef: {name: house, kind: ClusterIssuer}",
      ),
    );
  });

  test("signs, and openssl verifies the chain", async () => {
    expect(await house.run("kubectl get clusterissuer house -o wide")).toMatch(
      /NAME +READY +STATUS +AGE\nhouse +True +Signing CA verified +/,
    );
    const said = await pem("signed-tls");
    expect(said).toContain("subject=CN = signed.example\nissuer=CN = House CA\n");
    await house.run(
      "kubectl get secret signed-tls -o jsonpath='{.data.ca\\.crt}' | base64 -d > ca.pem",
    );
    expect(await house.run("openssl verify -CAfile ca.pem crt.pem")).toBe("crt.pem: OK\n");
  });

  test("renews before the end, as the date leaps", async () => {
    const at = (field: string): Promise<string> =>
      house.run(`kubectl get certificate signed -o jsonpath='{.status.${field}}'`);
    const before = await at("notAfter");
    expect(Date.parse(before) - Date.parse(await at("renewalTime"))).toBe(15 * dayMs);
    house.cluster.clock.leap(74 * dayMs);
    await house.pass(30_000);
    expect(await at("notAfter")).toBe(before);
    const renewal = await at("renewalTime");
    house.cluster.clock.leap(1.1 * dayMs);
    await house.pass(30_000);
    expect(Date.parse(await at("notAfter"))).toBeGreaterThan(Date.parse(before) + 70 * dayMs);
    expect(await at("revision")).toBe("2");
    expect(await house.events("Certificate")).toContain(
      `Issuing Renewing certificate as renewal was scheduled at ${renewal.replace("T", " ").replace("Z", "")} +0000 UTC`,
    );
  });
});

describe("evidence of what is missing", () => {
  test("no such issuer: the request waits, and says for whom", async () => {
    await house.apply(certificate("lost", "dnsNames: [x.example], issuerRef: {name: nobody}"));
    expect(await house.run("kubectl get certificate lost")).toMatch(/lost +False +lost-tls/);
    expect(await house.run("kubectl describe certificaterequest lost-1")).toContain(
      'Referenced "Issuer" not found: issuer.cert-manager.io "nobody" not found',
    );
    expect(await house.run("kubectl describe certificate lost")).toContain(
      "Issuing certificate as Secret does not exist",
    );
    await house.apply(selfSigned.replace("name: self", "name: nobody"));
    expect(await house.run("kubectl get certificate lost")).toMatch(/lost +True +lost-tls/);
  });

  test("no Secret for the authority: the issuer is not ready until there is one", async () => {
    await house.apply(
      "apiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata: {name: empty}\nspec: {ca: {secretName: gone}}\n",
    );
    await house.apply(certificate("vain", "dnsNames: [y.example], issuerRef: {name: empty}"));
    const why = 'Error getting keypair for CA issuer: secrets "gone" not found';
    expect(await house.run("kubectl describe issuer empty")).toContain(why);
    expect(await house.run("kubectl get certificaterequest vain-1 -o wide")).toContain(
      "Referenced issuer does not have a Ready status condition",
    );
    expect(await house.events("Issuer")).toContain(`ErrGetKeyPair ${why}`);
    expect(await house.events("Issuer")).toContain(
      'ErrInitIssuer Error initializing issuer: secrets "gone" not found',
    );
    await house.run("kubectl create secret tls gone --cert=ca.pem --key=ca.pem");
    expect(await house.run("kubectl get certificate vain")).toMatch(/vain +False/);
  });
});

describe("what is written wrongly", () => {
  const restarts =
    "kubectl get pod -n cert-manager -o jsonpath='{.items[*].status.containerStatuses[0].restartCount}'";

  test("a request that is none is refused, and the controller goes on", async () => {
    await house.apply(
      "apiVersion: cert-manager.io/v1\nkind: CertificateRequest\nmetadata: {name: junk}\nspec: {request: aGVsbG8=, issuerRef: {name: house, kind: ClusterIssuer}}\n",
    );
    expect(await house.run("kubectl describe certificaterequest junk")).toContain(
      "Error generating certificate template: error decoding certificate request PEM block",
    );
    expect(await house.run(restarts)).toBe("0");
  });

  test("two Certificates with one Secret do not fight, and no lifetime is under an hour", async () => {
    const shared = (name: string): string =>
      certificate(
        name,
        `dnsNames: [${name}.example], duration: 1s, issuerRef: {name: self}`,
      ).replace(`${name}-tls`, "shared-tls");
    await house.apply(shared("one"));
    await house.apply(shared("two"), 20_000);
    const revisions = "kubectl get certificate one two -o jsonpath='{.items[*].status.revision}'";
    expect(await house.run(revisions)).toBe("1");
    expect(await house.run("kubectl describe certificate two")).toContain(
      'Secret was issued for "one". If this message is not transient, you might have two conflicting Certificates pointing to the same secret.',
    );
  });
});
