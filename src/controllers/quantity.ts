// Resource quantities: "250m", "64Mi", "1.5". Models apimachinery pkg/api/resource.

const factors: Readonly<Record<string, number>> = {
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

/** The number that a quantity stands for: cores, bytes, Pods. 0 when there is none. */
export function quantity(text: string | undefined): number {
  const [, digits, suffix] = /^([+-]?[\d.]+(?:e\d+)?)([a-zA-Z]*)$/.exec(String(text ?? "0")) ?? [];
  return Number(digits ?? 0) * (factors[suffix ?? ""] ?? 1);
}

/** What a Pod asks of a node. */
export interface Demand {
  readonly cpu: number;
  readonly memory: number;
}

interface Requesting {
  readonly resources?: { readonly requests?: Record<string, string> };
}

/** The sum over the containers, or the greediest init container if that is more. */
export function demandOf(spec: {
  readonly containers: readonly Requesting[];
  readonly initContainers?: readonly Requesting[];
}): Demand {
  const of = ({ resources }: Requesting, name: string): number =>
    quantity(resources?.requests?.[name]);
  const total = (name: string): number => {
    const sum = spec.containers.reduce((all, one) => all + of(one, name), 0);
    return Math.max(sum, ...(spec.initContainers ?? []).map((one) => of(one, name)));
  };
  return { cpu: total("cpu"), memory: total("memory") };
}
