// helm over a real cluster: releases, objects, and the real tool's words.

import { beforeAll, describe, expect, test } from "vitest";
import { Cluster } from "../../src/cluster/cluster.ts";
import { Trace } from "../../src/net/trace.ts";
import { MemoryFiles } from "../../src/shell/memoryfiles.ts";
import { Shell } from "../../src/shell/shell.ts";
import { setValues } from "../../src/shell/commands/helm/values.ts";

interface Laptop {
  run(line: string): Promise<{ status: number; out: string; err: string }>;
}

function newLaptop(): Laptop {
  const cluster = new Cluster({ seed: 3 });
  cluster.start();
  const trace = (): Trace => new Trace({ id: "test", now: () => cluster.clock.now(), on: false });
  const shell = new Shell(
    {
      clock: cluster.clock,
      random: cluster.random.fork("laptop"),
      api: cluster.api,
      network: cluster.network,
      laptop: cluster.laptop,
      files: new MemoryFiles({ "/home/guest/values.yaml": "controller:\n  replicaCount: 2\n" }),
      startTrace: trace,
      finishTrace: () => undefined,
    },
    { cwd: "/home/guest" },
  );
  return {
    run: async (line) => {
      let out = "";
      let err = "";
      const io = {
        stdout: (data: string) => void (out += data),
        stderr: (data: string) => void (err += data),
        columns: 200,
        signal: new AbortController().signal,
        tty: false,
      };
      const status = await cluster.clock.finish(shell.execute(line, io));
      return { status, out, err };
    },
  };
}

const install = "helm install ingress-nginx ingress-nginx/ingress-nginx -n ingress-nginx";

describe("a release's life", () => {
  const laptop = newLaptop();
  beforeAll(async () => {
    await laptop.run(`${install} --create-namespace --wait --set controller.config.use-gzip=true`);
  });

  test("its objects are there, owned by it", async () => {
    const { out } = await laptop.run(
      "kubectl get deployment,service,configmap,ingressclass -n ingress-nginx -o name -l app.kubernetes.io/managed-by=Helm",
    );
    expect(out.split("\n")).toEqual(
      expect.arrayContaining([
        "deployment.apps/ingress-nginx-controller",
        "service/ingress-nginx-controller",
        "configmap/ingress-nginx-controller",
        "ingressclass.networking.k8s.io/nginx",
      ]),
    );
  });

  test("list, status, values and history tell of it", async () => {
    const list = await laptop.run("helm list -A");
    expect(list.out).toMatch(
      /^NAME +\tNAMESPACE +\tREVISION\tUPDATED +\tSTATUS +\tCHART +\tAPP VERSION\ningress-nginx\tingress-nginx\t1 +\t2026-11-23 09:\S+ \+0000 UTC *\tdeployed\tingress-nginx-4\.15\.0\t1\.15\.0 +\n$/,
    );
    const status = await laptop.run("helm status ingress-nginx -n ingress-nginx");
    expect(status.out).toMatch(
      /^NAME: ingress-nginx\nLAST DEPLOYED: Mon Nov 23 09:\d\d:\d\d 2026\nNAMESPACE: ingress-nginx\nSTATUS: deployed\nREVISION: 1\nTEST SUITE: None\nNOTES:\nThe ingress-nginx controller has been installed\.\n/,
    );
    const values = await laptop.run("helm get values ingress-nginx -n ingress-nginx");
    expect(values.out).toBe("USER-SUPPLIED VALUES:\ncontroller:\n  config:\n    use-gzip: true\n");
    expect((await laptop.run("helm list")).out).toBe(
      "NAME\tNAMESPACE\tREVISION\tUPDATED\tSTATUS\tCHART\tAPP VERSION\n",
    );
  });

  test("an upgrade with a values file makes a second revision", async () => {
    const { out } = await laptop.run(
      "helm upgrade ingress-nginx ingress-nginx/ingress-nginx -n ingress-nginx -f values.yaml",
    );
    expect(out).toMatch(/^Release "ingress-nginx" has been upgraded\. Happy Helming!\nNAME: /);
    const replicas = await laptop.run(
      "kubectl get deploy -n ingress-nginx ingress-nginx-controller -o jsonpath='{.spec.replicas}'",
    );
    expect(replicas.out).toBe("2");
    const { out: history } = await laptop.run("helm history ingress-nginx -n ingress-nginx");
    expect(history).toMatch(/\n1 .*superseded.*\n2 .*deployed/);
  });

  test("uninstalling takes everything away", async () => {
    const { out } = await laptop.run("helm uninstall ingress-nginx -n ingress-nginx");
    expect(out).toBe('release "ingress-nginx" uninstalled\n');
    expect((await laptop.run("kubectl get ingressclass")).err).toBe("No resources found\n");
    expect((await laptop.run("helm list -A -q")).out).toBe("");
  });
});

describe("the real helm's refusals", () => {
  const laptop = newLaptop();
  beforeAll(async () => {
    await laptop.run(`${install} --create-namespace`);
  });

  test.each([
    [`${install}`, "Error: INSTALLATION FAILED: cannot re-use a name that is still in use\n"],
    ["helm install x nowhere/x", "Error: INSTALLATION FAILED: repo nowhere not found\n"],
    [
      "helm install x ingress-nginx/ingress-nginx -n nowhere",
      'Error: INSTALLATION FAILED: create: failed to create: namespaces "nowhere" not found\n',
    ],
    [
      "helm install ingress-nginx/ingress-nginx",
      "Error: INSTALLATION FAILED: must either provide a name or specify --generate-name\n",
    ],
    [
      "helm install ingress-nginx ingress-nginx/ingress-nginx",
      'Error: INSTALLATION FAILED: Unable to continue with install: IngressClass "nginx" in namespace "" exists and cannot be imported into the current release: invalid ownership metadata; annotation validation error: key "meta.helm.sh/release-namespace" must equal "default": current value is "ingress-nginx"\n',
    ],
    ["helm uninstall x", "Error: uninstall: Release not loaded: x: release: not found\n"],
    ["helm status x", "Error: release: not found\n"],
    ["helm list --bogus", "Error: unknown flag: --bogus\n"],
    ["helm bogus", 'Error: unknown command "bogus" for "helm"\nRun \'helm --help\' for usage.\n'],
  ])("%s", async (line, words) => {
    const { status, err } = await laptop.run(line);
    expect(err).toBe(words);
    expect(status).toBe(1);
  });

  test.each([
    ["helm rollback x 1", "Error: not in this hotel: helm rollback (the real helm has it)\n"],
    [
      "helm list --deployed",
      "Error: not in this hotel: the flag --deployed of helm list (the real helm has it)\n",
    ],
  ])("what only the real one has is told apart: %s", async (line, words) => {
    expect((await laptop.run(line)).err).toBe(words);
  });
});

describe("--set", () => {
  test.each([
    ["a=1", { a: 1 }],
    ["a.b=true,c=x", { a: { b: true }, c: "x" }],
    ["a=007", { a: "007" }],
    ["a[1]=x", { a: [null, "x"] }],
    ["a[0].b=x", { a: [{ b: "x" }] }],
    ["a={x,2}", { a: ["x", 2] }],
    ["a\\.b=x\\,y", { "a.b": "x,y" }],
    ["a=null", { a: null }],
    ["a=", { a: "" }],
    ["a=b=c", { a: "b=c" }],
  ])("%s", (notation, wanted) => {
    const values = {};
    setValues(values, notation);
    expect(values).toEqual(wanted);
  });

  test("cannot reach a prototype", () => {
    setValues({}, "__proto__.polluted=yes,constructor.prototype.polluted=yes");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
