// Resource quantities, as far as describe adds them up: "250m", "64Mi", "2".

const units: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** The number that a quantity stands for; 0 when it is none. */
export function quantityValue(quantity: string): number {
  const found = /^([+-]?[\d.]+)([a-zA-Z]*)$/.exec(quantity);
  return found === null ? 0 : Number(found[1]) * (units[found[2]!] ?? 0);
}

export function addQuantities(quantities: readonly string[]): number {
  // In thousandths, so that 100m and 200m make 300m and not 0.30000000000000004.
  return quantities.reduce((sum, one) => sum + Math.round(quantityValue(one) * 1000), 0) / 1000;
}

/** In the notation of `like`: the largest unit that leaves a whole number. */
export function formatQuantity(value: number, like: string): string {
  if (value === 0) return "0";
  if (!Number.isInteger(value)) return `${Math.round(value * 1000)}m`;
  const steps = /i$/.test(like) ? ["Ti", "Gi", "Mi", "Ki"] : ["T", "G", "M", "k"];
  const unit = steps.find((one) => value % units[one]! === 0 && value >= units[one]!);
  return unit === undefined ? String(value) : `${value / units[unit]!}${unit}`;
}
