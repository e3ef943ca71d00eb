// Field paths of the check notation, read from an object:
//
//   spec.rules[0].host      metadata.annotations["example.com/owner"]
//   spec.rules[*].http.paths[backend.service.name=backend-service].pathType

/** All values at `path`: several where it has [*] or [field=value], none where it leads nowhere. */
export function valuesAt(value: unknown, path: string): unknown[] {
  let values: unknown[] = [value];
  for (const step of steps(path)) values = values.flatMap((one) => take(one, step));
  return values.filter((one) => one !== undefined && one !== null);
}

const pattern = /\[[^\]]*\]|\.?[^.[\]]+/g;

function steps(path: string): string[] {
  return path.match(pattern) ?? [];
}

function take(value: unknown, step: string): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (!step.startsWith("[")) return [read(value, step.replace(/^\./, ""))];
  const inside = step.slice(1, -1);
  if (inside.startsWith('"')) return [read(value, inside.slice(1, -1))];
  if (!Array.isArray(value)) return [];
  if (inside === "*") return value;
  const equals = inside.indexOf("=");
  if (equals < 0) return [value[Number(inside)] as unknown];
  const wanted = inside.slice(equals + 1);
  return value.filter((one) =>
    valuesAt(one, inside.slice(0, equals)).some((found) => String(found) === wanted),
  );
}

function read(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
