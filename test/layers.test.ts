// Who may import whom. A layer is a folder of src; types count too.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

/** layer → what it may import. `node` stands for node:* modules. */
const layers: Record<string, readonly string[]> = {
  base: [],
  net: ["base"],
  api: ["base"],
  apiserver: ["api", "base"],
  client: ["api", "base"],
  controllers: ["client", "api", "net", "base"],
  ingress: ["client", "api", "net", "base"],
  cluster: ["shell", "ingress", "controllers", "client", "apiserver", "api", "net", "base"],
  shell: ["api", "net", "base"],
  lesson: ["shell", "api", "net", "base"],
  sandbox: ["lesson", "shell", "cluster", "ingress", "client", "api", "net", "base"],
  ui: ["sandbox/protocol"],
  serve: ["sandbox", "cluster", "ingress", "client", "apiserver", "api", "net", "base", "node"],
};

/** What nobody below the hosts may touch, and what to use instead. */
const banned: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b/, "clock.now()"],
  [/\bMath\.random\b/, "Random, handed in"],
  [/\bset(Timeout|Interval)\b/, "clock.after()"],
  [/(?<![.#\w])fetch\(/, "a Client or a Connection, handed in"],
  [/\bnew Date\(\)/, "clock.now()"],
  [/\bperformance\.now\b/, "clock.now()"],
  [/\bcrypto\.getRandomValues\b/, "Random, handed in"],
];

/** Files that are a host, and therefore may touch the host's time. */
const hosts = [/^ui\//, /^serve\//, /^sandbox\/(pace|worker)\.ts$/, /^main\.ts$/];

const root = resolve(import.meta.dirname, "../src");
/** Files allowed as type-only targets from the page: the vocabulary of its one interface. */
const typeOnlyFromUi = ["net/trace", "net/address", "net/tls/log/log"];

export function complaints(file: string, source: string): string[] {
  const layer = file.includes("/") ? file.slice(0, file.indexOf("/")) : "main";
  const out: string[] = [];
  if (layer !== "main") {
    const allowed = layers[layer];
    if (!allowed) return [`src/${file} is in a folder that no layer names; add "${layer}" here.`];
    for (const { target, typeOnly } of imports(source)) {
      const reached = layerOf(file, target);
      if (reached === undefined || reached === layer || reached.startsWith(`${layer}/`)) continue;
      const ok =
        allowed.some((one) => reached === one || reached.startsWith(`${one}/`)) ||
        (layer === "ui" && typeOnly && typeOnlyFromUi.includes(reached));
      if (!ok) {
        const may = allowed.length > 0 ? allowed.join(", ") : "nothing";
        out.push(`src/${file} imports ${target}: ${layer} may import ${may} only.`);
      }
    }
  }
  if (!hosts.some((host) => host.test(file))) {
    const code = source.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, "");
    for (const [pattern, instead] of banned) {
      if (pattern.test(code)) {
        out.push(`src/${file} uses ${pattern.source}: below the hosts use ${instead}.`);
      }
    }
  }
  return out;
}

function imports(source: string): { target: string; typeOnly: boolean }[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^"'`;]*?\sfrom\s+)?["']([^"']+)["']/g;
  const found = [...source.matchAll(pattern)].map((m) => ({ target: m[2]!, typeOnly: !!m[1] }));
  for (const m of source.matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)/g)) {
    found.push({ target: m[1]!, typeOnly: false });
  }
  return found;
}

/** "api/kinds/kind" for a relative import, "node" for node:*, undefined for packages. */
function layerOf(file: string, target: string): string | undefined {
  if (target.startsWith("node:")) return "node";
  if (!target.startsWith(".")) return undefined;
  const path = relative(root, resolve(root, dirname(file), target)).replaceAll("\\", "/");
  if (path.startsWith("..")) return undefined; // lessons/, package.json: content, not a layer
  return path.replace(/\?.*$/, "").replace(/\.(ts|js|svelte)$/, "");
}

function walk(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : /\.(ts|svelte)$/.test(name) ? [path] : [];
  });
}

describe("layers", () => {
  const files = walk(root).map((path) => relative(root, path).replaceAll("\\", "/"));

  test.each(files)("src/%s keeps to its layer", (file) => {
    expect(complaints(file, readFileSync(join(root, file), "utf8"))).toEqual([]);
  });

  test.each([
    ["net/x.ts", `import type { Obj } from "../api/object.ts";`, "net may import base only"],
    ["base/x.ts", `import "../net/address.ts";`, "base may import nothing only"],
    ["ui/App.svelte", `import { Cluster } from "../cluster/cluster.ts";`, "sandbox/protocol only"],
    ["ingress/x.ts", `const m = await import("../controllers/node.ts");`, "ingress may import"],
    ["shell/x.ts", `import fs from "node:fs";`, "shell may import api, net, base only"],
    ["api/x.ts", `const at = Date.now();`, "use clock.now()"],
    ["odd/x.ts", ``, "no layer names"],
  ])("a breach in %s is told: %s", (file, source, words) => {
    expect(complaints(file, source).join("\n")).toContain(words);
  });

  test.each([
    ["net/x.ts", `import { utf8 } from "../base/bytes.ts"; // Date.now is banned here`],
    ["sandbox/pace.ts", `setTimeout(tick, 4)`],
    ["ui/x.ts", `import type { Hop } from "../net/trace.ts";`],
  ])("no complaint about %s", (file, source) => {
    expect(complaints(file, source)).toEqual([]);
  });
});
