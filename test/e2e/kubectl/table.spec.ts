// The one table of kubectl command lines, test/shell/transcripts: here with a real kubectl over
// `serve`, in test/shell/kubectl.test.ts with the shell's own. Each file is a session of its own
// on a new cluster; its lines run in order, because what one does, the next one sees.

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { expect, test } from "@playwright/test";
import { manifests } from "../../shell/manifests.ts";
import { printedAs, readTranscript } from "../../shell/transcript.ts";
import { installed, type Served, startServe } from "../serve.ts";
import { difference, upstreamWords } from "./differences.ts";

if (!installed("kubectl")) {
  console.log("NOT RUN: kubectl/table needs kubectl, which is not installed");
}
test.skip(!installed("kubectl"), "kubectl is not installed");
test.describe.configure({ mode: "parallel" });

const folder = new URL("../../shell/transcripts/", import.meta.url);

for (const file of readdirSync(folder).filter((name) => name.startsWith("kubectl-"))) {
  test(basename(file, ".txt"), async () => {
    const home = mkdtempSync(join(tmpdir(), "grand-ingress-kubectl-"));
    for (const [path, content] of Object.entries(manifests)) {
      const file = join(home, relative("/home/guest", path));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    const hotel = await startServe(["--empty"], { cwd: home });
    try {
      for (const { command, printed, pauseMs } of readTranscript(new URL(file, folder))) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        const seen = await line(hotel, command);
        if (difference(command, printed) === undefined) {
          expect.soft(seen, `$ ${command}`).toBe(printed);
        }
      }
    } finally {
      await hotel.stop();
      rmSync(home, { recursive: true, force: true });
    }
  });
}

/** As the transcript has it: stderr before stdout, the status when it is not 0. */
async function line(hotel: Served, command: string): Promise<string> {
  const alias = "shopt -s expand_aliases; alias k=kubectl\n";
  const { code, stdout, stderr } = await hotel.run("bash", ["-c", alias + command]);
  const out = told(stdout, hotel);
  return printedAs({ out, err: told(stderr, hotel), status: code });
}

/** The table's server has the address that Pods see, and a cluster that is seconds old. */
function told(text: string, { api }: Served): string {
  return upstreamWords(text)
    .replaceAll(api, "https://10.0.0.10:6443")
    .replace(/\b1[0-4]m(\d+s)?\b/g, "600s");
}
