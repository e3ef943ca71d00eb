// …/exec and …/attach: what is refused before the streams open, and how they end.

import { describe, expect, test } from "vitest";
import { Pod } from "../../src/api/kinds/index.ts";
import { ApiError } from "../../src/api/errors.ts";
import type { ExecIo } from "../../src/api/exec.ts";
import { text, utf8 } from "../../src/base/bytes.ts";
import { pod, request, world } from "./world.ts";
import type { World } from "./world.ts";

interface Screen extends ExecIo {
  shown: string;
}

function screen(): Screen {
  const io: Screen = {
    shown: "",
    stdout: (bytes) => void (io.shown += text(bytes)),
    stderr: (bytes) => void (io.shown += `!${text(bytes)}`),
    tty: false,
    signal: new AbortController().signal,
  };
  return io;
}

async function open(): Promise<World> {
  const it = world();
  const containers = [{ name: "main", image: "nginx", command: ["sleep"] }];
  await it.client.create(Pod, pod("web", { containers, nodeName: "node-1" }));
  await it.client.create(Pod, pod("idle"));
  const two = [...containers, { name: "side", image: "nginx" }];
  const initContainers = [{ name: "first", image: "nginx" }];
  await it.client.create(Pod, pod("two", { containers: two, initContainers, nodeName: "node-1" }));
  it.server.podExec = {
    exec: async ({ metadata }, container, command, io) => {
      io.stdout(utf8(`${metadata.name}/${container}: ${command.join(" ")}`));
      if (command[0] === "bash") throw new ApiError("InternalError", "no such executable");
      return command[0] === "false" ? 1 : 0;
    },
    attach: async (_pod, _container, io) => io.stdout(utf8("what it says")),
  };
  return it;
}

const path = "/api/v1/namespaces/default/pods";

describe("before the streams open", () => {
  test.each([
    ["web/exec?stdout=true", "you must specify a command for the container"],
    ["web/exec?command=ls", "you must specify at least 1 of stdin, stdout, stderr"],
    ["web/exec?command=ls&stdout=1&container=x", "container x is not valid for pod web"],
    ["idle/exec?command=ls&stdout=1", "pod idle does not have a host assigned"],
    ["none/exec?command=ls&stdout=1", 'pods "none" not found'],
    ["web/exec?command=ls&stdout=1", "Upgrade request required"],
    [
      "two/attach?stdout=1",
      "a container name must be specified for pod two, choose one of: [first main side]",
    ],
  ])("GET %s → %s", async (target, message) => {
    const { rest } = await open();
    expect((await rest(`GET ${path}/${target}`)).body).toMatchObject({ message });
  });
});

describe("once they are open", () => {
  async function run(target: string): Promise<{ shown: string; exit: unknown }> {
    const { server } = await open();
    const io = screen();
    const response = await server.transport({ ...request(`GET ${path}/${target}`), io });
    expect(response.status).toBe(101);
    return { shown: io.shown, exit: await response.exit };
  }

  test("a command that succeeds", async () => {
    expect(await run("web/exec?command=echo&command=hi&stdout=true")).toEqual({
      shown: "web/main: echo hi",
      exit: { metadata: {}, status: "Success" },
    });
  });

  test("one that fails, with its exit code", async () => {
    expect((await run("two/exec?command=false&stdout=1&container=side")).exit).toEqual({
      metadata: {},
      status: "Failure",
      message: "command terminated with non-zero exit code: exit status 1",
      reason: "NonZeroExitCode",
      details: { causes: [{ reason: "ExitCode", message: "1" }] },
    });
  });

  test("one that cannot be started", async () => {
    const { exit } = await run("web/exec?command=bash&stdout=1");
    expect(exit).toMatchObject({ reason: "InternalError", code: 500 });
  });

  test("attach ends with the container", async () => {
    expect(await run("web/attach?stdout=1")).toEqual({
      shown: "what it says",
      exit: { metadata: {}, status: "Success" },
    });
  });
});
