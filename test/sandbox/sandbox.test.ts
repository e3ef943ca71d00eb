// The sandbox as the page uses it: scenes, guests, cards, files, terminals.

import { describe, expect, test } from "vitest";
import { openSandbox } from "./opened.ts";

describe("the finished hotel", () => {
  test("opens at rest: card read, door open, staff ready", async () => {
    const { scene, told } = await openSandbox("finished");
    expect(told.filter(({ event }) => event === "scene")).toHaveLength(1);
    const seen = scene();
    expect(seen.names).toContainEqual({ name: "example.com", ip: "203.0.113.10" });
    expect(seen.cards).toMatchObject([
      { key: "default/simple-fanout", address: "203.0.113.10", remark: "", className: "nginx" },
    ]);
    expect(seen.desks).toMatchObject([{ implementation: "ingress-nginx", ready: true }]);
    expect(seen.doors).toMatchObject([{ ip: "203.0.113.10", desk: seen.desks[0]!.id }]);
    const rooms = seen.rooms.filter(({ backstage }) => !backstage).map(({ key }) => key);
    expect(rooms.sort()).toEqual(
      ["backend-service", "frontend-service", "service-a", "service-b"].map(
        (one) => `default/${one}`,
      ),
    );
    expect(seen.staff.filter(({ ready }) => !ready)).toEqual([]);
    expect(seen.nodes.map(({ name }) => name)).toEqual(["node-1", "node-2", "node-3"]);
  });

  test.each([
    ["http://example.com/web", 200, "frontend"],
    ["http://example.com/api", 200, "backend"],
    ["http://example.com/", 404, "No line of any card fits"],
    ["example.com/api", 200, "backend"],
  ])("%s → %i", async (url, status, words) => {
    const { send } = await openSandbox("finished");
    const guest = await send(url);
    expect({ status: guest.status, error: guest.error }).toEqual({ status, error: undefined });
    expect(guest.story).toContain(words);
    expect(guest.response!.headers.length).toBeGreaterThan(0);
    expect(guest.hops.map(({ did }) => did)).toContain("match");
  });

  test("a card torn up turns guests away, and put back lets them in", async () => {
    const { send, sandbox, scene } = await openSandbox("finished");
    await sandbox.methods.tearCard("default/simple-fanout");
    await sandbox.clock.advance(5_000);
    expect(scene().cards).toEqual([]);
    expect((await send("http://example.com/api")).status).toBe(404);
    await sandbox.methods.restoreCard("default/simple-fanout");
    await sandbox.clock.advance(5_000);
    expect((await send("http://example.com/api")).status).toBe(200);
    await expect(sandbox.methods.restoreCard("default/simple-fanout")).rejects.toThrow("no card");
  });

  test("curl in the terminal is a guest like any other", async () => {
    const { run, sandbox, output } = await openSandbox("finished");
    expect(await run("curl -s -o /dev/null -w '%{http_code}\\n' http://example.com/web")).toBe(0);
    expect(output()).toContain("200");
    expect(sandbox.guests).toMatchObject([
      { status: 200, done: true, url: "http://example.com/web" },
    ]);
  });
});

describe("the empty hotel", () => {
  test("has rooms and no desk, and refuses guests at the door", async () => {
    const { scene, send } = await openSandbox("empty");
    expect(scene().desks).toEqual([]);
    const guest = await send("http://example.com/web");
    expect(guest.status).toBeUndefined();
    expect(guest.error).toMatch(/^\(7\) Failed to connect to example.com port 80 after \d+ ms/);
    expect(guest.story).toContain("Connection refused: nobody listens at 203.0.113.10:80.");
  });

  test("unknown names and URLs that are none end with a sentence", async () => {
    const { send } = await openSandbox("empty");
    expect((await send("http://nowhere.example/")).error).toBe(
      "(6) Could not resolve host: nowhere.example",
    );
    expect((await send("ftp://example.com/")).error).toContain('saw "ftp:"');
    expect((await send("http://")).error).toContain("wanted a URL");
  });

  test("a card applied from the editor says that nobody reads it", async () => {
    const { sandbox, scene } = await openSandbox("empty");
    const done = sandbox.clock.finish(
      Promise.resolve(sandbox.methods.applyFile("/home/guest/none.yaml")),
    );
    expect(await done).toMatchObject({ ok: false });
    await sandbox.methods.writeFile(
      "/home/guest/my card.yaml",
      "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\n" +
        "spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}\n",
    );
    const applied = await sandbox.clock.finish(
      Promise.resolve(sandbox.methods.applyFile("/home/guest/my card.yaml")),
    );
    expect(applied).toEqual({ ok: true, output: "ingress.networking.k8s.io/a created\n" });
    await sandbox.clock.advance(1_000);
    expect(scene().cards.map(({ remark }) => remark)).toEqual([
      "No controller works in this cluster: nobody reads the card.",
    ]);
  });
});

test("files: listed, read, written, removed; the page's own writes are no news", async () => {
  const { sandbox, told, run } = await openSandbox("finished");
  const { methods } = sandbox;
  expect(await methods.listFiles()).toEqual(["/home/guest/simple-fanout.yaml"]);
  await methods.writeFile("/home/guest/b.yaml", "a: 1\n");
  const before = told.filter(({ event }) => event === "files").length;
  await methods.writeFile("/home/guest/b.yaml", "a: 2\n");
  expect(told.filter(({ event }) => event === "files")).toHaveLength(before);
  expect(await methods.readFile("/home/guest/b.yaml")).toBe("a: 2\n");
  await run("mkdir sub && cp b.yaml sub/c.yaml");
  expect(told.filter(({ event }) => event === "files").length).toBeGreaterThan(before);
  await methods.removeFile("/home/guest/b.yaml");
  expect(await methods.listFiles()).toEqual([
    "/home/guest/simple-fanout.yaml",
    "/home/guest/sub/c.yaml",
  ]);
});

test("objects are described as YAML; absent ones are undefined", async () => {
  const { sandbox } = await openSandbox("finished");
  const yaml = await sandbox.methods.describeObject("Ingress", "default/simple-fanout");
  expect(yaml).toContain("ingressClassName: nginx");
  expect(yaml).not.toContain("managedFields");
  expect(await sandbox.methods.describeObject("Pod", "default/none")).toBeUndefined();
  await expect(sandbox.methods.describeObject("Hotel", "x")).rejects.toThrow('saw "Hotel"');
});

test("a log is followed until it is not", async () => {
  const { sandbox, send, told, scene } = await openSandbox("finished");
  const pod = scene().desks[0]!.pods[0]!;
  const lines = await sandbox.clock.finish(Promise.resolve(sandbox.methods.followLog(pod)));
  expect(lines.join("\n")).toContain("NGINX Ingress controller");
  await send("http://example.com/web");
  await sandbox.clock.advance(1_000);
  const logged = (): number => told.filter(({ event }) => event === "log").length;
  expect(logged()).toBeGreaterThan(0);
  const before = logged();
  await sandbox.methods.unfollowLog(pod);
  await send("http://example.com/web");
  await sandbox.clock.advance(1_000);
  expect(logged()).toBe(before);
});

test("two sandboxes in one process never meet", async () => {
  const [a, b] = await Promise.all([openSandbox("finished", 1), openSandbox("finished", 2)]);
  await a.sandbox.methods.tearCard("default/simple-fanout");
  await a.sandbox.clock.advance(5_000);
  expect((await a.send("http://example.com/web")).status).toBe(404);
  expect((await b.send("http://example.com/web")).status).toBe(200);
});
