// What the editor is told while a card is being written.

import { expect, test } from "vitest";
import { Ingress } from "../../src/api/kinds/index.ts";
import { openSandbox } from "./opened.ts";

const head = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: a\n";
const rule = (pathType: string, service: string, port: string): string =>
  `${head}spec:\n  rules:\n  - host: example.com\n    http:\n      paths:\n      - path: /web\n` +
  `        pathType: ${pathType}\n        backend:\n          service:\n            name: ${service}\n` +
  `            port:\n              number: ${port}\n`;

const rows: [
  what: string,
  text: string,
  findings: [line: number, severity: string, words: string][],
][] = [
  ["a good card", rule("Prefix", "frontend-service", "80"), []],
  ["an empty text", "", []],
  ["broken YAML", `${head}spec:\n  rules: [\n`, [[7, "error", "yaml: line"]]],
  ["no kind", "apiVersion: v1\nmetadata: {name: a}\n", [[1, "error", "Object 'kind' is missing"]]],
  [
    "an old version",
    head.replace("/v1", "/v1beta1"),
    [[2, "error", 'no matches for kind "Ingress" in version "networking.k8s.io/v1beta1"']],
  ],
  ["no name", "apiVersion: v1\nkind: Service\nmetadata: {}\n", [[3, "error", "metadata.name"]]],
  [
    "a wrong path type",
    rule("Perfix", "frontend-service", "80"),
    [[11, "error", 'Unsupported value: "Perfix"']],
  ],
  [
    "an unknown field",
    `${head}spec:\n  ingressClasName: nginx\n  defaultBackend: {service: {name: frontend-service, port: {number: 80}}}\n`,
    [[6, "error", 'unknown field "spec.ingressClasName"']],
  ],
  ["no such Service", rule("Prefix", "web", "80"), [[14, "warning", 'no Service "web"']]],
  [
    "no such port",
    rule("Prefix", "backend-service", "80"),
    [[15, "warning", "backend-service has no port 80, it has 8080"]],
  ],
  [
    "two documents, the second one wrong",
    `${rule("Prefix", "frontend-service", "80")}---\n${rule("None", "frontend-service", "80")}`,
    [[28, "error", 'Unsupported value: "None"']],
  ],
  ["a huge text", "#".repeat(10_000_000), [[1, "hint", "it is checked when applied"]]],
];

test.each(rows)("%s", async (_, text, findings) => {
  const { sandbox } = await openSandbox("empty");
  const before = await sandbox.hotel.cluster.client.list(Ingress);
  const found = await sandbox.clock.finish(Promise.resolve(sandbox.methods.checkYaml(text)));
  expect(found.map(({ line, severity }) => [line, severity])).toEqual(
    findings.map(([line, severity]) => [line, severity]),
  );
  for (const [i, [, , words]] of findings.entries()) expect(found[i]!.message).toContain(words);
  const after = await sandbox.hotel.cluster.client.list(Ingress);
  expect(after.items).toEqual(before.items);
});

test.each([
  ["pathType: Prefix", "pathTyp: Prefix", 'unknown field "spec.rules[0].http.paths[0].pathTyp"'],
  ["number: 80", 'number: "80"', "cannot unmarshal string into Go struct field"],
  ["pathType: Prefix", "pathType: Perfix", 'Unsupported value: "Perfix"'],
])("a card that is already filed, with %s as %s", async (right, wrong, words) => {
  const { sandbox } = await openSandbox("finished");
  const card = rule("Prefix", "frontend-service", "80").replace("name: a", "name: simple-fanout");
  const text = card.replace(right, wrong);
  const found = await sandbox.clock.finish(Promise.resolve(sandbox.methods.checkYaml(text)));
  expect(found[0]!.message).toContain(words);
  expect(text.split("\n")[found[0]!.line - 1]).toContain(wrong);
});
