// In which form the client wants its answer: the Accept header.
// Models apiserver pkg/endpoints/handlers/negotiation. Protobuf answers are not offered; every
// client that asks for them takes JSON as well.

import { ApiError } from "../../api/errors.ts";
import type { RestRequest } from "../../api/transport.ts";

export interface Form {
  readonly syntax: "json" | "yaml";
  /** Another kind than the resource's own: a Table of columns, or the metadata alone. */
  readonly as: "Table" | "PartialObjectMetadata" | "PartialObjectMetadataList" | undefined;
}

interface MediaType {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const offered = "application/json, application/yaml, application/vnd.kubernetes.protobuf";
const syntaxes: Readonly<Record<string, Form["syntax"]>> = {
  "application/json": "json",
  "application/yaml": "yaml",
  "application/*": "json",
  "*/*": "json",
};
const transforms = ["Table", "PartialObjectMetadata", "PartialObjectMetadataList"] as const;

/** The first form that can be given. Throws NotAcceptable when there is none. */
export function formOf({ headers }: RestRequest): Form {
  const accept = headers["accept"];
  if (!accept) return { syntax: "json", as: undefined };
  for (const { type, parameters } of mediaTypes(accept)) {
    const syntax = syntaxes[type];
    if (syntax === undefined) continue;
    if (parameters["as"] === undefined) return { syntax, as: undefined };
    const as = transforms.find((one) => one === parameters["as"]);
    const known = parameters["g"] === "meta.k8s.io" && parameters["v"] === "v1";
    if (as !== undefined && known) return { syntax, as };
  }
  throw new ApiError("NotAcceptable", `only the following media types are accepted: ${offered}`);
}

/** The media types of an Accept header, the most wanted first. */
export function mediaTypes(accept: string): MediaType[] {
  const all = accept.split(",").map((one) => {
    const [type = "", ...rest] = one.split(";").map((part) => part.trim());
    const pairs = rest.map((part) => part.split("=", 2) as [string, string?]);
    const parameters = Object.fromEntries(pairs.map(([name, value = ""]) => [name, value]));
    return { type: type.toLowerCase(), parameters };
  });
  return all.sort((a, b) => quality(b) - quality(a));
}

function quality({ parameters }: MediaType): number {
  const q = Number(parameters["q"] ?? 1);
  return Number.isNaN(q) ? 1 : q;
}
