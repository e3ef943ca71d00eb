// The terminal in front of a real cluster: completion from live state, watching, Ctrl+C, editing.

import { afterEach, beforeEach, expect, test } from "vitest";
import { text, utf8 } from "../../src/base/bytes.ts";
import { Shell, Terminal } from "../../src/shell/shell.ts";
import { openHotel, type Hotel } from "./cluster.ts";
import { ScreenModel } from "./screen.ts";

let hotel: Hotel;
let terminal: Terminal;
let screen: ScreenModel;

beforeEach(async () => {
  hotel = await openHotel();
  await hotel.run(
    "kubectl create deployment web --image=nginx; kubectl create namespace team; sleep 5",
  );
  screen = new ScreenModel(200);
  const shell = new Shell(hotel.world, {});
  terminal = new Terminal({ shell, write: (data) => screen.write(data), columns: 200, rows: 40 });
});

afterEach(() => hotel.close());

async function type(keys: string, ms = 500): Promise<void> {
  terminal.input(keys);
  await hotel.pass(ms);
}

test.each([
  ["kubectl descr\t", "kubectl describe |"],
  ["k get deploym\t", "k get deployments |"],
  ["k get deployments w\t", "k get deployments web |"],
  ["kubectl get deploy/w\t", "kubectl get deploy/web |"],
  ["kubectl -n te\t", "kubectl -n team |"],
  ["kubectl get pods -n te\t", "kubectl get pods -n team |"],
  ["kubectl get pods -n kube-system coredns-9\t", /coredns-9\w*/],
  ["kubectl rollout sta\t", "kubectl rollout status |"],
  ["kubectl get pods --show-l\t", "kubectl get pods --show-labels |"],
  ["kubectl get pods -o ya\t", "kubectl get pods -o yaml |"],
  ["kubectl create deplo\t", "kubectl create deployment |"],
  ["kubectl logs web\t", /kubectl logs web-\w+-\w+ \|$/],
  ["kubectl get nod\t node-\t\t", /node-1 {2}node-2 {2}node-3/],
  ["kubectl exec deploy/web -c n\t", "kubectl exec deploy/web -c nginx |"],
  ["kubectl drain node-\t\t", /node-1 {2}node-2 {2}node-3/],
  ["hotel clo\t", "hotel clock |"],
  ["kubectl get nosuch \t", "kubectl get nosuch |"],
])("%j completes", async (keys, line) => {
  await type(keys);
  if (typeof line === "string") expect(screen.lastRow).toBe(`guest@hotel:~$ ${line}`.trimEnd());
  else expect(`${screen.text}\n${screen.lastRow}`).toMatch(line);
});

test("get -w shows changes as they come, and Ctrl+C gives the prompt back", async () => {
  await type("kubectl get deployment web -w\r");
  await hotel.run("kubectl scale deployment web --replicas=2");
  await type("", 5_000);
  await type("\x03");
  const rows = screen.text.split("\n");
  expect(rows[1]).toMatch(/^NAME +READY +UP-TO-DATE +AVAILABLE +AGE$/);
  expect(rows[2]).toMatch(/^web +1\/1 +1 +1 +5s$/);
  expect(rows.at(-3)).toMatch(/^web +2\/2 +2 +2 +\d+s$/);
  expect(rows.slice(-2)).toEqual(["^C", "guest@hotel:~$"]);
});

test("a followed log ends with Ctrl+C, and leaves no watch behind", async () => {
  await type("kubectl logs -f deployment/web\r", 2_000);
  expect(screen.text).toContain("start worker processes");
  await type("\x03");
  expect(screen.lastRow).toBe("guest@hotel:~$ |".trimEnd());
});

test("rows under each other are aligned as kubectl aligns them", async () => {
  const printed = await hotel.run("kubectl get svc,deploy -n kube-system");
  expect(printed.replace(/\d+s\n/g, "AGE\n")).toBe(
    "NAME               TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)         AGE\n" +
      "service/kube-dns   ClusterIP   10.96.0.10   <none>        53/UDP,53/TCP   AGE\n" +
      "\n" +
      "NAME                      READY   UP-TO-DATE   AVAILABLE   AGE\n" +
      "deployment.apps/coredns   2/2     2            2           AGE\n",
  );
});

test("kubectl edit applies what is saved in the editor, and only that", async () => {
  const opened: string[] = [];
  const world = {
    ...hotel.world,
    openEditor(path: string) {
      opened.push(path);
      const before = text(hotel.files.read(path));
      hotel.files.write(path, utf8(before.replace("replicas: 1", "replicas: 3")));
      return Promise.resolve(true);
    },
  };
  const shell = new Shell(world, {});
  let out = "";
  const io = {
    stdout: (data: string) => void (out += data),
    stderr: (data: string) => void (out += data),
    columns: 80,
    tty: false,
    signal: new AbortController().signal,
  };
  await hotel.cluster.clock.finish(
    shell.execute(
      "kubectl edit deployment web; kubectl get deployment web -o jsonpath={.spec.replicas}",
      io,
    ),
  );
  expect(opened).toEqual([expect.stringMatching(/^\/tmp\/kubectl-edit-/)]);
  expect(out).toBe("deployment.apps/web edited\n3");
});

test("a pipe takes only what it needs from a watch", async () => {
  expect(await hotel.run("kubectl get pods -n kube-system -w | head -2 | wc -l")).toBe("2\n");
});

test("10 MB of YAML are refused or read, but never fatal", async () => {
  hotel.files.write("/home/guest/big.yaml", utf8("a: b\n".repeat(2_000_000)));
  const { err, status } = await hotel.result("kubectl apply -f big.yaml");
  expect(status).toBe(1);
  expect(err).toMatch(/^error: error (parsing|validating) "?big\.yaml/);
  expect(await hotel.run("kubectl get deployments -o name")).toBe("deployment.apps/web\n");
});

test("a shell in a container has a prompt, keys of its own, and an end", async () => {
  await hotel.run("kubectl run box --image=busybox -- sleep infinity; sleep 10");
  await type("kubectl exec -it box -- sh\r");
  expect(screen.lastRow).toBe("/ # |");
  await type("cd /etc\r");
  await type("hostnam\x7fme x\x15hostname\r");
  await type("cat reso\t\r");
  expect(screen.text).toMatch(/\/etc # hostname\nbox\n\/etc # cat resolv.conf\nsearch default/);
  await type("sleep 60\r\x03");
  await type("exit 4\r");
  await type("echo $?\r");
  expect(screen.text).toMatch(/exit code 4\nguest@hotel:~\$ echo \$\?\n4\n/);
});

test("kubectl run -it is a shell in a Pod of its own, gone with --rm", async () => {
  await type("kubectl run tmp -it --rm --image=busybox --restart=Never -- sh\r", 15_000);
  await type("hostname\r");
  await type("\x04", 10_000);
  expect(screen.text).toMatch(/\/ # hostname\ntmp\n\/ #\npod "tmp" deleted\n/);
});

test("what a background job prints stands above the line being typed", async () => {
  await type("(sleep 1; echo ready) &\r", 100);
  await type("half a l", 2_000);
  expect(screen.text).toMatch(/\[1\] 4243\nready\nguest@hotel:~\$ half a l$/);
  await type("\x03", 100);
  await type("\r");
  expect(screen.text).toContain("[1]+  Done                    (sleep 1; echo ready)");
});
