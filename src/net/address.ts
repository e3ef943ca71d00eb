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
  let out = 0;
  let dots = 0;
  let part = -1; // no digit of this part was seen yet
  for (let i = 0; i < ip.length; i++) {
    const digit = ip.charCodeAt(i) - 48;
    if (digit === -2 && part >= 0) {
      out = out * 256 + part;
      part = -1;
      dots++;
    } else if (digit >= 0 && digit <= 9 && part !== 0) {
      part = part < 0 ? digit : part * 10 + digit;
      if (part > 255) return undefined;
    } else return undefined;
  }
  return dots === 3 && part >= 0 ? out * 256 + part : undefined;
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
