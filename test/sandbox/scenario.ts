// One scenario, told as text: every hop of every guest, what the terminal printed, and the stage
// at the end. The same seed gives the same text, byte for byte, in Node and in a browser.

import { openSandbox } from "./opened.ts";

export async function tellScenario(seed: number): Promise<string> {
  const { sandbox, send, run, scene, output } = await openSandbox("finished", seed);
  await send("http://example.com/web");
  await send("http://example.com/api/rooms?floor=2", "POST");
  await send("http://example.com/");
  await run("curl -s -i http://example.com/api");
  await run("kubectl delete pod -l app=backend");
  await run("kubectl get pods -o wide");
  await send("http://example.com/api");
  await sandbox.methods.tearCard("default/simple-fanout");
  await sandbox.clock.advance(2_000);
  await send("http://example.com/api");
  await sandbox.methods.restoreCard("default/simple-fanout");
  await sandbox.clock.advance(2_000);
  await send("http://example.com/api");
  await send("http://nowhere.example/");
  const guests = sandbox.guests.flatMap((guest) => [
    `# ${guest.story}`,
    ...guest.hops.map((hop) => JSON.stringify(hop)),
    JSON.stringify(guest.response ?? null),
  ]);
  return [
    ...guests,
    "# terminal",
    JSON.stringify(output()),
    "# stage",
    JSON.stringify(scene(), undefined, 1),
    "",
  ].join("\n");
}
