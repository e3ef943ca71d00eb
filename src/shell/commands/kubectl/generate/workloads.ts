// kubectl create deployment, job. Models kubectl pkg/cmd/create/create_deployment.go.

import { KubectlError } from "../errors.ts";
import type { Verb } from "../verb.ts";
import { generator } from "../verbs/create.ts";
import { newMeta, newObject, required } from "./objects.ts";

export const createDeployment: Verb = generator({
  name: "deployment",
  summary: "create a Deployment",
  flags: "image port replicas",
  example: "kubectl create deployment web --image=nginx --replicas=2",
  make(name, given) {
    required(given, "image");
    const images = given.all("image");
    const command = given.after ?? [];
    if (images.length > 1 && command.length > 0) {
      throw new KubectlError("cannot specify multiple --image options and command");
    }
    const replicas = given.given("replicas") ? Number(given.text("replicas")) : 1;
    const port = given.given("port") ? Number(given.text("port")) : undefined;
    const labels = { app: name };
    return newObject("apps/v1", "Deployment", {
      metadata: newMeta(name, labels),
      spec: {
        replicas,
        selector: { matchLabels: labels },
        strategy: {},
        template: {
          metadata: { creationTimestamp: null, labels },
          spec: {
            containers: images.map((image) => ({
              ...(command.length > 0 && { command }),
              image,
              name: containerName(image),
              ...(port !== undefined && { ports: [{ containerPort: port }] }),
              resources: {},
            })),
          },
        },
      },
      status: {},
    });
  },
});

/** "registry.example/nginx:1.27@sha256:…" → "nginx". */
function containerName(image: string): string {
  const last = image.slice(image.lastIndexOf("/") + 1);
  return last.split(/[:@]/)[0]!.replaceAll("_", "-");
}
