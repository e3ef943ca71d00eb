// The admission webhook as a learner installs it: refusals to the letter, and what deleting it does.

import { expect, test } from "vitest";
import { openSandbox } from "./opened.ts";

const webhook = "validate.nginx.ingress.kubernetes.io";

test("installed with the chart, it guards the tray; deleted, it guards nothing", async () => {
  const { run, output, sandbox, scene } = await openSandbox("finished");
  const upgrade =
    "helm upgrade ingress-nginx ingress-nginx/ingress-nginx -n ingress-nginx " +
    "--set controller.admissionWebhooks.enabled=true";
  const copy = "kubectl create ingress copy --class=nginx --rule='example.com/api*=service-a:80'";
  await run(upgrade);
  await sandbox.clock.advance(200); // until the API server has heard of it
  // Its Pod is not there yet, and it fails closed.
  expect(await run(copy)).not.toBe(0);
  expect(output()).toContain(`failed calling webhook "${webhook}": failed to call webhook: Post`);
  await sandbox.clock.advance(60_000);
  await run(copy);
  expect(output().replaceAll(/\r?\n/g, "")).toContain(
    `admission webhook "${webhook}" denied the request: host "example.com" and path "/api" is ` +
      "already defined in ingress default/simple-fanout",
  );
  expect(scene().rooms.filter(({ backstage }) => !backstage)).toHaveLength(4);

  await run(`${upgrade} --set controller.replicaCount=2`);
  await sandbox.clock.advance(60_000);
  expect(await run(copy)).not.toBe(0);

  await run("kubectl delete validatingwebhookconfiguration ingress-nginx-admission");
  await sandbox.clock.advance(200);
  expect(await run(copy)).toBe(0);
  await sandbox.clock.advance(200);
  const desk = scene().desks[0]!;
  const report = (await sandbox.methods.concierge(desk.id))!;
  expect(report.remarks).toMatchObject([
    { object: "Ingress default/copy", field: "spec.rules[0].http.paths[0]", type: "warning" },
  ]);
  expect(report.remarks[0]!.message).toContain("can never be reached");
});
