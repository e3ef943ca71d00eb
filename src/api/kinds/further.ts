// Kinds that the opening scene does without: they are served once somebody asks over HTTP, or
// needs one of them in process. In the order of discovery.

import { CustomResourceDefinition } from "./customresourcedefinition.ts";
import type { Kind } from "./kind.ts";

export const furtherKinds: readonly Kind[] = [CustomResourceDefinition] as unknown as Kind[];
