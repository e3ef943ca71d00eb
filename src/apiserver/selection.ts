// Which objects a list or watch is about: namespace, labels and fields, compiled to one test.

import type { ListOptions } from "../api/client.ts";
import type { Kind } from "../api/kinds/kind.ts";
import type { Obj } from "../api/object.ts";
import { matches, matchesFields, parseFieldSelector, parseLabelSelector } from "../api/selector.ts";

/** Tells whether an object is selected; undefined when all are. Throws BadRequest. */
export function selection(
  kind: Kind,
  options: ListOptions,
): ((object: Obj) => boolean) | undefined {
  const { namespace, labelSelector, fieldSelector } = options;
  const tests: ((object: Obj) => boolean)[] = [];
  if (namespace !== undefined && kind.namespaced) {
    tests.push((object) => object.metadata.namespace === namespace);
  }
  if (labelSelector) {
    const requirements = parseLabelSelector(labelSelector);
    tests.push((object) => matches(requirements, object.metadata.labels));
  }
  if (fieldSelector) {
    const requirements = parseFieldSelector(fieldSelector, kind);
    tests.push((object) => matchesFields(requirements, object));
  }
  return tests.length <= 1 ? tests[0] : (object) => tests.every((test) => test(object));
}
