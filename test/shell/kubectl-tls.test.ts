// kubectl create secret tls: what it takes, and what it says of a pair that is none.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openHotel, type Hotel } from "./cluster.ts";
import { files } from "./openssl-real.ts";

describe("kubectl create secret tls", () => {
  let hotel: Hotel;
  beforeAll(async () => {
    const home = Object.entries(files).map(([name, content]) => [`/home/guest/${name}`, content]);
    hotel = await openHotel(Object.fromEntries(home) as Record<string, string>);
  });
  afterAll(() => hotel.close());

  test.each([
    ["--cert=good.crt --key=good.key", "secret/x created (dry run)\n"],
    ["--cert=rsa.crt --key=old-style.key", "secret/x created (dry run)\n"],
    ["--cert=chain.pem --key=below.key", "secret/x created (dry run)\n"],
    ["--cert=good.crt --key=self.key", "error: tls: private key does not match public key\n"],
    [
      "--cert=good.crt --key=rsa.key",
      "error: tls: private key type does not match public key type\n",
    ],
    [
      "--cert=nope --key=good.key",
      "error: Cannot read file nope, open nope: no such file or directory\n",
    ],
    ["--cert=good.crt", "error: key and cert must be specified\n"],
    [
      "--cert=junk.pem --key=good.key",
      "error: tls: failed to find any PEM data in certificate input\n",
    ],
    ["--cert=good.crt --key=junk.pem", "error: tls: failed to find any PEM data in key input\n"],
    [
      "--cert=good.key --key=good.crt",
      "error: tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched\n",
    ],
    [
      "--cert=good.crt --key=good.crt",
      "error: tls: found a certificate rather than a key in the PEM for the private key\n",
    ],
    [
      "--cert=asked.csr --key=good.key",
      'error: tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [CERTIFICATE REQUEST]\n',
    ],
    [
      "--cert=good.crt --key=asked.csr",
      'error: tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [CERTIFICATE REQUEST]\n',
    ],
  ])("%s", async (args, words) => {
    expect(await hotel.run(`kubectl create secret tls x ${args} --dry-run=client`)).toBe(words);
  });
});
