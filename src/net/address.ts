// Where bytes go: an IPv4 address and a port.

export interface Address {
  /** Dotted IPv4. */
  readonly ip: string;
  /** 1–65535. */
  readonly port: number;
}

/** "10.244.1.7:8080", as tools print it. */
export function printAddress({ ip, port }: Address): string {
  return `${ip}:${port}`;
}

/** The IPv4 address as a number, or undefined when `ip` is not dotted decimal. */
export function ipNumber(ip: string): number | undefined {
  const parts = ip.split(".");
  if (parts.length !== 4) return undefined;
  let out = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    out = out * 256 + Number(part);
  }
  return out;
}

export function isIpv4(ip: string): boolean {
  return ipNumber(ip) !== undefined;
}

/** Whether `ip` lies in `cidr` ("10.244.0.0/16"). False for anything malformed. */
export function inRange(ip: string, cidr: string): boolean {
  const [base = "", width = "32"] = cidr.split("/");
  const at = ipNumber(ip);
  const from = ipNumber(base);
  const bits = Number(width);
  if (at === undefined || from === undefined || !(bits >= 0 && bits <= 32)) return false;
  const size = 2 ** (32 - bits);
  return Math.floor(at / size) === Math.floor(from / size);
}
