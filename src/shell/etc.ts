// What stands under /etc on a laptop that nobody has touched yet.

import { cityRootPem } from "../net/x509/cityroot.ts";

/** Texts by absolute path. */
export const etcFiles: Readonly<Record<string, string>> = {
  "/etc/hosts": "127.0.0.1\tlocalhost\n",
  // Whom curl and openssl believe: the one public authority of this world.
  "/etc/ssl/certs/ca-certificates.crt": cityRootPem,
};
