// Image references: what is written in a Pod, and what a container runtime makes of it.

import { hex } from "../../base/bytes.ts";
import { Random } from "../../base/random.ts";

export interface ImageName {
  /** "docker.io", "registry.k8s.io" */
  readonly registry: string;
  /** "library/nginx", "ingress-nginx/controller" */
  readonly repository: string;
  /** "latest" when there is none. */
  readonly tag: string;
  /** "sha256:…" */
  readonly digest: string | undefined;
}

/** Undefined for what is no image reference. Models distribution/reference ParseDockerRef. */
export function parseImage(image: string): ImageName | undefined {
  const [, named, digest] = /^([^@]+)(?:@(sha256:[0-9a-f]{64}))?$/.exec(image) ?? [];
  if (named === undefined) return undefined;
  const [, path, tag] = /^(.*?)(?::([\w][\w.-]{0,127}))?$/.exec(named) ?? [];
  if (!path) return undefined;
  const slash = path.indexOf("/");
  const first = slash < 0 ? "" : path.slice(0, slash);
  const hasRegistry = /[.:]/.test(first) || first === "localhost";
  const registry = hasRegistry ? first : "docker.io";
  const rest = hasRegistry ? path.slice(slash + 1) : path;
  const repository = registry === "docker.io" && !rest.includes("/") ? `library/${rest}` : rest;
  if (!/^[a-z0-9]+(?:(?:[._/-]|__)[a-z0-9]+)*$/.test(repository)) return undefined;
  return { registry, repository, tag: tag ?? "latest", digest };
}

/** "docker.io/library/nginx:latest" */
export function canonicalImage({ registry, repository, tag, digest }: ImageName): string {
  return `${registry}/${repository}${digest === undefined ? `:${tag}` : `@${digest}`}`;
}

/** What a pull would report of it: invented, but always the same for the same image. */
export function imageFacts(name: ImageName): { id: string; sizeBytes: number } {
  const { registry, repository, digest } = name;
  const random = new Random(0).fork(canonicalImage(name));
  const invented = `sha256:${hex(random.bytes(32))}`;
  const sizeBytes = 4_000_000 + random.int(90_000_000);
  return { id: `${registry}/${repository}@${digest ?? invented}`, sizeBytes };
}
