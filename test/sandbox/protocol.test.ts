// The two ends of the protocol over a real message channel.

import { expect, test } from "vitest";
import { connectSandbox, serveSandbox } from "../../src/sandbox/protocol.ts";
import type { SandboxImplementation, Wire } from "../../src/sandbox/protocol.ts";

function ends(methods: Partial<SandboxImplementation>): {
  sandbox: ReturnType<typeof connectSandbox>;
  emit: ReturnType<typeof serveSandbox>;
  close(): void;
} {
  const { port1, port2 } = new MessageChannel();
  const emit = serveSandbox(port2 as unknown as Wire, methods as SandboxImplementation);
  const sandbox = connectSandbox(port1 as unknown as Wire);
  port1.start();
  port2.start();
  return { sandbox, emit, close: () => port1.close() };
}

test("calls find their answers, whatever the order of answering", async () => {
  let answer: (content: string) => void = () => {};
  const slow = new Promise<string>((resolve) => (answer = resolve));
  const { sandbox, close } = ends({
    readFile: (path) => (path === "/slow" ? slow : `content of ${path}`),
    openTerminal: ({ columns }) => columns,
  });
  const first = sandbox.call("readFile", "/slow");
  expect(await sandbox.call("readFile", "/a")).toBe("content of /a");
  expect(await sandbox.call("openTerminal", { columns: 80, rows: 24 })).toBe(80);
  answer("at last");
  expect(await first).toBe("at last");
  close();
});

test("a refusal rejects with its words; an unknown method too", async () => {
  const { sandbox, close } = ends({
    readFile: (path) => {
      throw new Error(`no file ${path}`);
    },
  });
  await expect(sandbox.call("readFile", "/x")).rejects.toThrow("no file /x");
  await expect(sandbox.call("listFiles")).rejects.toThrow('no method "listFiles"');
  close();
});

test("events reach those who listen, until they stop", async () => {
  const { sandbox, emit, close } = ends({ listFiles: () => [] });
  const seen: string[] = [];
  const off = sandbox.on("files", ({ path }) => seen.push(`1 ${path}`));
  sandbox.on("files", ({ path }) => seen.push(`2 ${path}`));
  emit("files", { path: "/a" });
  await sandbox.call("listFiles");
  off();
  emit("files", { path: "/b" });
  await sandbox.call("listFiles");
  expect(seen).toEqual(["1 /a", "2 /a", "2 /b"]);
  close();
});
