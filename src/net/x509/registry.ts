// The city registry: the public certificate authority of this little world. Every laptop trusts
// it (cityroot.ts), and whoever issues in its name has its key from here.

import { Random } from "../../base/random.ts";
import { issue } from "./build.ts";
import type { Certificate } from "./certificate.ts";
import { generateEcKey } from "./keys.ts";
import type { PrivateKey } from "./keys.ts";

/** Always the same: a secret only within the story. */
const seed = 0x63697479;

export interface Authority {
  readonly certificate: Certificate;
  readonly key: PrivateKey;
}

/** The registry's root, made anew and the same each time. */
export function cityRegistry(): Authority {
  const random = new Random(seed);
  const key = generateEcKey(random);
  const certificate = issue({
    subject: [
      { type: "C", value: "GI" },
      { type: "O", value: "City Registry" },
      { type: "CN", value: "City Registry Root X1" },
    ],
    key,
    notBeforeMs: Date.UTC(2020, 0, 1),
    notAfterMs: Date.UTC(2045, 0, 1),
    random,
    ca: true,
  });
  return { certificate, key };
}
