// CEL as Kubernetes has it: the language is @marcbachmann/cel-js, its functions are completed by
// those of apiserver pkg/cel/library and cel-go's ext packages that CRDs may use.
//
//   const { compile } = celEnvironment();
//   compile("self.replicas <= 3")({ self: { replicas: 2n } })     // true

import { Environment } from "@marcbachmann/cel-js";
import { Patterns } from "../pattern.ts";
import { inDialect } from "./dialect.ts";
import { formatFunctions } from "./formats.ts";
import { listFunctions } from "./lists.ts";
import { networkFunctions } from "./network.ts";
import { quantityFunctions } from "./quantities.ts";
import { stringFunctions } from "./strings.ts";

/** An expression made ready. Throws CelError. */
export type Program = (variables: { self: unknown; oldSelf?: unknown }) => unknown;

export interface Cel {
  /** Throws an Error with the compiler's sentence for what is no expression. */
  compile(expression: string): Program;
  duration(text: string): unknown;
}

/** A function that expressions can call: its signature in the library's notation, and itself. */
export interface CelFunctions {
  readonly types?: Readonly<Record<string, new (...given: never[]) => object>>;
  readonly constants?: Readonly<Record<string, readonly [type: string, value: object]>>;
  readonly functions: Readonly<Record<string, (...given: never[]) => unknown>>;
}

/** One per API server: patterns are kept in it, and making it takes milliseconds. */
export function celEnvironment(): Cel {
  const patterns = new Patterns();
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: { maxAstNodes: 20_000, maxDepth: 500 },
  })
    .registerVariable("self", "dyn")
    .registerVariable("oldSelf", "dyn");
  const all = [
    stringFunctions(patterns),
    listFunctions,
    quantityFunctions,
    networkFunctions,
    formatFunctions,
  ];
  for (const { types = {}, constants = {}, functions } of all) {
    for (const [name, type] of Object.entries(types)) environment.registerType(name, type);
    for (const [name, [type, value]] of Object.entries(constants)) {
      environment.registerConstant(name, type, value);
    }
    for (const [signature, run] of Object.entries(functions)) {
      environment.registerFunction(signature, run as (...given: unknown[]) => unknown);
    }
  }
  return {
    compile: (expression) => {
      const program = environment.parse(inDialect(expression));
      const { valid, error } = program.check();
      if (!valid) throw error ?? new Error("not an expression");
      return program as Program;
    },
    duration: (text) => environment.evaluate("duration(self)", { self: text }) as unknown,
  };
}
