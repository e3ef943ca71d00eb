// Custom resources: what a CustomResourceDefinition makes the API server do. All of it is loaded
// with the first definition, the expression language included.

export { celEnvironment } from "./cel/environment.ts";
export type { Cel } from "./cel/environment.ts";
export { homeKind, kindsOf } from "./customkind.ts";
export { checkDefinition } from "./definitioncheck.ts";
