// The list of commands: every name is known before its command is fetched, and is its own.

import { expect, test } from "vitest";
import { openCommands } from "../../src/shell/commands/index.ts";
import { makeLaptop } from "./laptop.ts";

test("every entry loads the command of its name, with words of its own", async () => {
  for (const [name, entry] of openCommands()) {
    const command = await entry.load();
    expect([name, entry.name, command.name]).toEqual([name, name, name]);
    expect(command.help).toMatch(/\n$/);
    expect(entry.offered, name).toBe(command.summary !== "");
  }
});

test("commands of a pipeline start in their order, however they arrive", async () => {
  const commands = openCommands();
  const order: string[] = [];
  const names = ["kubectl", "echo", "jq", "true"];
  await Promise.all(
    names.map((name) =>
      commands
        .get(name)!
        .load()
        .then(() => order.push(name)),
    ),
  );
  expect(order).toEqual(names);
});

test("time stands still while a command is fetched", async () => {
  const { run, clock } = makeLaptop();
  const before = clock.now();
  await run("echo '{}' | jq . | awk '{print}' | sed -n 1p | diff - - > /dev/null");
  expect(clock.now()).toBe(before);
});
