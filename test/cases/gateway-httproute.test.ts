// Every case of gateway-httproute.json (facts of the official conformance suite), each through a
// whole cluster with the gateway controller. A feature that GatewayClass status does not list is
// skipped by the controller's own word; what it lists has to pass.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { expandCases } from "../../src/cluster/cases/format.ts";
import type { GatewayCaseFile } from "../../src/cluster/cases/gateway/format.ts";
import { GatewayCases } from "../../src/cluster/cases/gateway/run.ts";

/** Cases that do not pass yet, by a part of their id, with the reason. It only ever shrinks. */
const notPassing: readonly (readonly [id: string, reason: string])[] = [];

/** Features that the controller does not have, and why. A feature that it gains is taken off. */
const notBuilt: Readonly<Record<string, string>> = {
  GRPCRoute: "there is no HTTP/2",
  GRPCRouteNamedRouteRule: "there is no HTTP/2",
  GRPCRouteRequestHeaderModifier: "there is no HTTP/2",
  GatewayBackendClientCertificate: "backends are not verified",
  GatewayFrontendClientCertificateValidation: "clients are not asked for certificates",
  GatewayFrontendClientCertificateValidationInsecureFallback: "clients are not asked",
  GatewayStaticAddresses: "the cloud gives addresses of its own range only",
  HTTPRouteBackendProtocolH2C: "there is no HTTP/2",
  UDPRoute: "the network carries no datagrams",
};

const name = join(import.meta.dirname, "gateway-httproute.json");
const file = expandCases(JSON.parse(readFileSync(name, "utf8"))) as unknown as GatewayCaseFile;
const runner = new GatewayCases(file);

afterAll(() => runner.close());

test.each(file.cases.map((one) => [one.id, one] as const))("%s", async (id, one) => {
  const { verdict, complaints } = await runner.run(one);
  const excuse = notPassing.find(([part]) => id.includes(part));
  if (excuse && verdict === "failed") return;
  if (verdict === "skipped") expect(skippable(one), complaints.join()).toBe(true);
  else expect(complaints).toEqual([]);
});

function skippable({ features = [], onlyIfUnsupported }: (typeof file.cases)[number]): boolean {
  return onlyIfUnsupported !== undefined || features.some((one) => Object.hasOwn(notBuilt, one));
}
