import { expect, test } from "vitest";
import { world } from "./world.ts";

test("/metrics counts what was asked, by upstream's labels", async () => {
  const { rest } = world();
  const maps = "/api/v1/namespaces/default/configmaps";
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
  await rest(`POST ${maps}`, body);
  await rest(`POST ${maps}?dryRun=All`, { ...body, metadata: { name: "b" } });
  await rest(`GET ${maps}/a`);
  await rest(`GET ${maps}/a`);
  await rest(`GET ${maps}/none`);
  await rest(`GET ${maps}`);
  await rest("GET /apis/apps/v1/deployments");
  await rest("GET /livez");
  await rest("GET /nowhere");
  const answer = await rest("GET /metrics");
  expect(answer.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  const lines = String(answer.body).split("\n");
  const total = lines.filter((line) => line.startsWith("apiserver_request_total"));
  const of = (code: number, dry: string, rest: string): string =>
    `apiserver_request_total{code="${code}",component="apiserver",dry_run="${dry}",${rest}`;
  const core = (scope: string, verb: string): string =>
    `group="",resource="configmaps",scope="${scope}",subresource="",verb="${verb}",version="v1"}`;
  expect(total.sort()).toEqual(
    [
      of(200, "", `${core("namespace", "LIST")} 1`),
      of(200, "", `${core("resource", "GET")} 2`),
      of(404, "", `${core("resource", "GET")} 1`),
      of(201, "", `${core("resource", "POST")} 1`),
      of(201, "All", `${core("resource", "POST")} 1`),
      of(
        200,
        "",
        'group="apps",resource="deployments",scope="cluster",subresource="",verb="LIST",version="v1"} 1',
      ),
      of(200, "", 'group="",resource="",scope="",subresource="/livez",verb="GET",version=""} 1'),
    ].sort(),
  );
  expect(lines).toContain("# TYPE apiserver_request_total counter");
  expect(lines).toContain('apiserver_resource_objects{group="",resource="configmaps"} 1');
});
