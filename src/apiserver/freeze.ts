// Values that are stored once and shared by everybody are frozen.

/**
 * Freezes `value` in place, all the way down, and returns it. A frozen part is taken as frozen
 * all the way down already: that makes sharing parts of stored objects free.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) freezeObject(value);
  return value;
}

function freezeObject(value: object): void {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) deepFreeze(value[i] as unknown);
  } else {
    for (const key in value) deepFreeze((value as Record<string, unknown>)[key]);
  }
  Object.freeze(value);
}
