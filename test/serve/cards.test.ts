// The commands about manifests, on files: what they write, and how they end.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { base64, utf8 } from "../../src/base/bytes.ts";
import { Random } from "../../src/base/random.ts";
import { issue } from "../../src/net/x509/build.ts";
import { printCertificate } from "../../src/net/x509/certificate.ts";
import { generateEcKey, printPrivateKey } from "../../src/net/x509/keys.ts";
import { run } from "./run.ts";

const encoded = (text: string): string => base64(utf8(text));

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cards-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A file of manifests; its path. */
function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const card = (name: string, paths: readonly string[], more = ""): string => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name} }
spec:${more}
  rules:
    - host: x.com
      http:
        paths:
${paths
  .map((path) => {
    const [type = "", at = "", service = "web"] = path.split(" ");
    return `          - { path: ${at}, pathType: ${type}, backend: { service: { name: ${service}, port: { number: 80 } } } }\n`;
  })
  .join("")}`;

test("the examples of the README write what stands there", async () => {
  const readme = readFileSync("README.md", "utf8");
  const block = /```console\n\$ grand-ingress explain[^]*?```/.exec(readme)![0];
  const examples = block.slice("```console\n".length, -"```".length).split(/^\$ grand-ingress /m);
  expect(examples.length).toBeGreaterThan(3);
  for (const example of examples.slice(1)) {
    const [line = "", ...wanted] = example.split("\n");
    const { out } = await run(line);
    expect(out.trimEnd()).toBe(wanted.join("\n").trimEnd());
  }
});

describe("explain", () => {
  test("names file and line of every rule, and fails when nobody serves", async () => {
    const path = file("explain.yaml", `# a comment\n${card("a", ["Prefix /a", "Exact /b"])}`);
    const { out, status } = await run(`explain -f ${path} --profile spec --json GET x.com/b?q=1`);
    const report = JSON.parse(out) as { does: string; steps: Record<string, unknown>[] };
    expect(status).toBe(0);
    expect(report.does).toBe("default/web:80");
    expect(report.steps).toMatchObject([
      { verdict: "won", rule: "x.com Exact /b", file: path, line: 12 },
      { verdict: "lost", rule: "x.com Prefix /a", file: path, line: 11 },
    ]);
    const missed = await run(`explain -f ${path} --profile spec http://y.com/`);
    expect(missed.status).toBe(1);
    expect(missed.out).toContain('no rule has host "y.com"');
  });

  test.each([
    ["explain http://x.com/", "wanted -f FILE, saw none"],
    ["explain -f shop.yaml", "wanted [METHOD] URL, saw none"],
    ["explain -f test/serve/shop.yaml --profile haproxy x.com", 'saw "haproxy"'],
    ["explain -f no-such.yaml x.com", 'the path "no-such.yaml" does not exist'],
    ["lint --fil x", "Unknown option '--fil'"],
    ["compare -f test/serve/shop.yaml --profiles spec", 'wanted --profiles A,B, saw "spec"'],
  ])("%s: says what was wanted", async (line, error) => {
    const ran = await run(line);
    expect(ran.status).toBe(2);
    expect(ran.error).toContain(error);
  });
});

describe("lint", () => {
  const reasons = async (line: string): Promise<string[]> => {
    const { out } = await run(`${line} --json`);
    return out
      .trim()
      .split("\n")
      .filter(Boolean)
      .map((one) => JSON.parse(one) as { type: string; reason: string; line?: number })
      .map(({ type, reason, line: at = 0 }) => `${at} ${type} ${reason}`);
  };

  test("nothing to say", async () => {
    const path = file("fine.yaml", card("a", ["Prefix /a", "Exact /b"]));
    expect(await run(`lint -f ${path}`)).toEqual({
      out: "0 errors, 0 warnings, 0 remarks\n",
      error: "",
      status: 0,
    });
  });

  test("fields, duplicates and what cannot be parsed", async () => {
    const path = file(
      "bad.yaml",
      `${card("a", ["Prefix /a", "Prefix a", "Prefix /a"])}---\nkind: [\n---\nkind: Thing\napiVersion: v9\n`,
    );
    expect(await reasons(`lint -f ${path} --profile spec`)).toEqual([
      "11 error Invalid",
      "12 error DuplicateRule",
      "15 error YAML",
      "16 info UnknownKind",
    ]);
    expect((await run(`lint -f ${path}`)).status).toBe(1);
  });

  test("Services and their ports, when the files have any", async () => {
    const service =
      "---\napiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ports: [{ port: 81 }] }\n";
    const path = file("services.yaml", card("a", ["Prefix /a", "Prefix /b gone"]) + service);
    expect(await reasons(`lint -f ${path} --profile spec`)).toEqual([
      "10 error PortMissing",
      "11 warning ServiceMissing",
    ]);
  });

  test("certificates: for other hosts, expired, soon to expire, unusable", async () => {
    const day = 24 * 3_600_000;
    const now = Date.now();
    const random = new Random(1);
    const key = generateEcKey(random);
    const secret = (name: string, days: number, dns: string): string => {
      const certificate = issue({
        subject: [],
        key,
        notBeforeMs: now - 90 * day,
        notAfterMs: now + days * day,
        random,
        dns: [dns],
      });
      return `---\napiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\nmetadata: { name: ${name} }\ndata:\n  tls.crt: ${encoded(printCertificate(certificate))}\n  tls.key: ${encoded(printPrivateKey(key))}\n`;
    };
    const tls = (name: string): string =>
      card(name, [`Prefix /${name}`], `\n  tls: [{ hosts: [x.com], secretName: ${name} }]`);
    const path = file(
      "certificates.yaml",
      [
        ...["good", "other", "old", "soon", "none"].map(tls),
        secret("good", 300, "x.com"),
        secret("other", 300, "y.com"),
        secret("old", -1, "x.com"),
        secret("soon", 5, "*.x.com"),
      ].join(""),
    );
    expect(await reasons(`lint -f ${path} --profile spec`)).toEqual([
      "17 error CertificateForOtherHost",
      "28 error CertificateExpired",
      "39 error CertificateForOtherHost",
      "39 warning CertificateExpires",
      "50 warning SecretMissing",
    ]);
  });

  test.each([
    ["traefik", "Prefix is compared letter by letter here: /a holds for /abar too"],
    ["alb", "ImplementationSpecific without a wildcard is exact here: /c, nothing below it"],
    ["spec", 'is plain text here: "("'],
  ])("%s reads some rules otherwise than written", async (profile, because) => {
    const path = file(
      "quirks.yaml",
      card("a", ["Prefix /a", "ImplementationSpecific /c", "ImplementationSpecific /d(.*)"]),
    );
    expect((await run(`lint -f ${path} --profile ${profile}`)).out).toContain(because);
  });
});

describe("compare", () => {
  test("two sets of manifests, and what was covered", async () => {
    const before = file("before.yaml", card("a", ["Prefix /a", "Prefix /b"]));
    const after = file("after.yaml", card("a", ["Prefix /a", "Exact /b"]));
    const changed = await run(`compare ${before} ${after} --profile spec`);
    expect(changed.status).toBe(1);
    expect(changed.out).toContain("GET http://x.com/b/more\n");
    expect(changed.out).toContain(`  ${before}: default/web:80\n`);
    expect(changed.out).toContain(`  ${after}: 404\n    no rule of host "x.com" holds`);
    const same = await run(`compare ${before} ${before} --profile spec`);
    expect(same.status).toBe(0);
    expect(same.out).toMatch(
      /equal on (\d+) of \1 classes of requests, 1 host\ncovered: each host/,
    );
  });

  test("conditions beside host and path are asked with a plain GET", async () => {
    const conditions = `[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"X-Beta","values":["1"]}}]`;
    const annotated = card("a", ["Prefix /a"]).replace(
      "metadata: { name: a }",
      `metadata:\n  name: a\n  annotations:\n    alb.ingress.kubernetes.io/conditions.web: '${conditions}'`,
    );
    const path = file("conditions.yaml", annotated);
    const { out } = await run(`compare -f ${path} --profiles spec,alb --url http://x.com/a`);
    expect(out).toContain("  spec: default/web:80\n");
    expect(out).toContain("  alb: 404\n");
    const asked = await run(`explain -f ${path} --profile alb -H X-Beta:1 http://x.com/a`);
    expect(asked.out).toContain("by alb: default/web:80");
  });
});

test("nginx-conf names the rule of each location, and fails where nginx would", async () => {
  const { out, status } = await run("nginx-conf -f test/serve/shop.yaml");
  expect(status).toBe(0);
  expect(out).toContain(
    '\t# Ingress default/web  spec.rules[0].http.paths[0]  test/serve/shop.yaml:30\n\tlocation ~* "^/health" {\n',
  );
  const broken = card("a", ["ImplementationSpecific /a("]).replace(
    "metadata: { name: a }",
    `metadata: { name: a, annotations: { nginx.ingress.kubernetes.io/use-regex: "true" } }`,
  );
  const refused = await run(`nginx-conf -f ${file("broken.yaml", broken)}`);
  expect(refused.status).toBe(1);
  expect(refused.error).toContain(
    "nginx: [emerg] pcre2_compile() failed: missing closing parenthesis",
  );
});
