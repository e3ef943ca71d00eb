// Our openssl beside the real one: the same files, the same command lines, the same words. And
// what one of them makes, the other reads. NOT RUN without an openssl of version 3.0.

import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Laptop } from "./laptop.ts";
import { fileLaptop, ours, RealFolder, shown } from "./openssl-real.ts";

const version = spawnSync("openssl", ["version"]).stdout?.toString() ?? "";
const here = version.startsWith("OpenSSL 3.0");
if (!here) console.warn("NOT RUN: our openssl beside the real one (no OpenSSL 3.0)");

describe.skipIf(!here)("like the real openssl", () => {
  let folder: RealFolder;
  let laptop: Laptop;
  beforeAll(() => {
    folder = new RealFolder();
    laptop = fileLaptop();
  });
  afterAll(() => folder.remove());

  const compare = async (args: string, input = ""): Promise<void> => {
    const seen = shown(await ours(laptop, args, input));
    expect(seen).toEqual(shown(folder.run(args, input)));
  };

  test.each([
    ["x509 -in good.crt -noout -text"],
    ["x509 -in self.crt -noout -text"],
    ["x509 -in rsa.crt -noout -text"],
    ["x509 -in middle.crt -noout -text"],
    ["x509 -in p384.crt -noout -text"],
    ["x509 -in good.crt"],
    ["x509 -in chain.pem -noout -subject"],
    ["x509 -in good.crt -noout -subject -issuer -dates -serial -fingerprint"],
    ["x509 -in good.crt -noout -startdate -enddate -fingerprint -sha256"],
    ["x509 -in self.crt -noout -serial -pubkey -hash -issuer_hash -email"],
    ["x509 -in rsa.crt -noout -modulus"],
    ["x509 -in good.crt -noout -modulus"],
    ["x509 -in good.crt -noout -ext subjectAltName,keyUsage,extendedKeyUsage"],
    ["x509 -in middle.crt -noout -ext basicConstraints"],
    ["x509 -in root.crt -noout -ext subjectAltName"],
    ["x509 -in good.crt -noout -checkend 1000"],
    ["x509 -in good.crt -noout -checkend 100000000"],
    ["x509 -in good.crt -noout -checkhost a.wild.example"],
    ["x509 -in good.crt -noout -checkhost b.a.wild.example"],
    ["x509 -in good.crt -noout -checkip 127.0.0.1"],
    ["x509 -in nope.crt -noout"],
    ["x509 -in junk.pem -noout"],
    ["x509 -in good.key -noout"],
    ["x509 -in"],
    ["x509 -noout -subject < good.crt"],
    ["req -in asked.csr -noout -text"],
    ["req -in asked.csr -noout -subject -verify"],
    ["req -in junk.pem -noout"],
    ["req -in nope.csr -noout"],
    ["pkey -in good.key -noout -text"],
    ["pkey -in p384.key -noout -text"],
    ["pkey -in rsa.key -noout -text"],
    ["pkey -in old-style.key -noout -text_pub"],
    ["pkey -in good.key -pubout"],
    ["pkey -in old-style.key"],
    ["ec -in good.key"],
    ["ec -in good.key -noout -text"],
    ["rsa -in rsa.key"],
    ["rsa -in rsa.key -traditional"],
    ["rsa -in rsa.key -noout -check"],
    ["rsa -in rsa.key -noout -modulus"],
    ["rsa -in rsa.key -pubout"],
    ["rsa -in good.key -noout"],
    ["pkey -in nope.key"],
    ["pkey -in junk.pem"],
    ["dgst -sha256 junk.pem"],
    ["sha256 junk.pem nope"],
    ["foo"],
    ["genrsa abc"],
    ["genrsa 100"],
    ["req -x509 -key good.key -subj CN=x"],
    ["req -x509 -key good.key -subj /CN=a -days -1"],
    ["req -new -key nope.key -subj /CN=a"],
    ["req -x509 -key good.key -subj /CN=a -addext foo=bar"],
    ["req -x509 -key good.key -subj /CN=a -addext subjectAltName=FOO:a"],
    ["req -newkey ec -nodes -keyout /dev/null -subj /CN=x"],
    ["s_client -bogus"],
  ])("openssl %s", (args) => compare(args));

  test.each([
    ["verify -CAfile root.crt good.crt"],
    ["verify good.crt"],
    ["verify self.crt"],
    ["verify rsa.crt"],
    ["verify -CAfile root.crt below.crt"],
    ["verify -CAfile root.crt -untrusted middle.crt below.crt"],
    ["verify -CAfile root.crt -untrusted middle.crt -show_chain below.crt"],
    ["verify -CAfile middle.crt below.crt"],
    ["verify -CAfile middle.crt -partial_chain below.crt"],
    ["verify -CAfile root.crt good.crt below.crt"],
    ["verify -CAfile root.crt old.crt"],
    ["verify -CAfile root.crt young.crt"],
    ["verify -CAfile root.crt -attime 4000000000 good.crt"],
    ["verify -CAfile root.crt -verify_hostname bad.example good.crt"],
    ["verify -CAfile root.crt -verify_hostname a.wild.example good.crt"],
    ["verify -CAfile root.crt -purpose sslserver client.crt"],
    ["verify -CAfile root.crt -purpose sslclient client.crt"],
    ["verify -CAfile root.crt -untrusted good.crt underleaf.crt"],
    ["verify -CAfile nope.crt good.crt"],
    ["verify -CAfile root.crt nope.crt"],
    ["verify -CAfile root.crt < good.crt"],
  ])("openssl %s", (args) => compare(args));

  test.each([
    ["x509 -req -in asked.csr -CA root.crt -CAkey root.key -CAcreateserial -out o.crt -days 9"],
    ["x509 -req -in asked.csr -CA root.crt -CAkey good.key -out o.crt"],
    ["x509 -req -in asked.csr -out o.crt"],
    ["x509 -req -in nope.csr -CA root.crt -CAkey root.key"],
    ["x509 -req -in asked.csr -CA root.crt -CAkey root.key -extfile nope.cnf"],
    ["x509 -req -in asked.csr -signkey good.key -out o.crt"],
    ["pkcs12 -export -in good.crt -inkey rsa.key -out o.p12 -passout pass:x"],
    ["pkcs12 -export -in good.crt -inkey good.key -out o.p12 -passout pass:x"],
  ])("openssl %s", (args) => compare(args));

  /** What ours makes is printed by both. */
  test.each<[make: string, print: string]>([
    ["req -x509 -newkey rsa:2048 -nodes -keyout m.key -subj /CN=a.example", "x509 -noout -text"],
    [
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout m.key " +
        '-subj "/C=DE/O=Grand Hotel/CN=a" -addext subjectAltName=DNS:a,IP:10.0.0.1,email:a@b.c ' +
        "-addext keyUsage=critical,digitalSignature -addext extendedKeyUsage=serverAuth -days 9",
      "x509 -noout -text",
    ],
    [
      "req -newkey ec -pkeyopt ec_paramgen_curve:secp384r1 -nodes -keyout m.key -subj /CN=b " +
        "-addext subjectAltName=DNS:b,URI:http://b/ -addext basicConstraints=CA:FALSE " +
        '-addext "nameConstraints=permitted;DNS:.a.b,excluded;DNS:c"',
      "req -noout -text",
    ],
    ["req -new -key good.key -subj /CN=plain", "req -noout -text -verify"],
    [
      "x509 -req -in asked.csr -CA root.crt -CAkey root.key -extfile server.cnf -days 3 -set_serial 7",
      "x509 -noout -text",
    ],
    [
      "x509 -req -in asked.csr -CA root.crt -CAkey root.key -extfile authority.cnf -extensions v3 -sha384",
      "x509 -noout -text",
    ],
    ["x509 -req -in asked.csr -CA root.crt -CAkey root.key -set_serial 0x10", "x509 -noout -text"],
    ["x509 -req -in asked.csr -CA rsa.crt -CAkey rsa.key -days 3", "x509 -noout -text"],
    ["ecparam -name prime256v1 -genkey -noout", "pkey -noout -text"],
    ["ecparam -name secp384r1 -genkey", "ec -noout -text"],
    ["genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256", "pkey -noout -text"],
    ["genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:1024", "rsa -noout -text -check"],
    ["genrsa 1024", "pkey -noout -text"],
    ["genrsa -traditional 1024", "rsa -noout -check"],
    ["genrsa -aes256 -passout pass:word 1024", "rsa -noout -check -passin pass:word"],
    ["genrsa -aes256 -passout pass:word 1024", "rsa -noout -check -passin pass:wrong"],
  ])("%s | openssl %s", async (make, print) => {
    const made = await ours(laptop, make);
    expect(made.status).toBe(0);
    await compare(print, made.out);
  });

  test("what the real one makes, ours reads, and the other way round", async () => {
    const take = (name: string): Uint8Array => laptop.files.read(`/home/guest/${name}`);
    await ours(
      laptop,
      "pkcs12 -export -in good.crt -inkey good.key -certfile root.crt -name x -out a.p12 -passout pass:y",
    );
    folder.put("a.p12", take("a.p12"));
    folder.run(
      "pkcs12 -export -in good.crt -inkey good.key -certfile root.crt -name x -out b.p12 -passout pass:y",
    );
    laptop.files.write("/home/guest/b.p12", folder.read("b.p12"));
    for (const bundle of ["a.p12", "b.p12"]) {
      if (bundle === "b.p12") folder.put("b.p12", take("b.p12"));
      await compare(`pkcs12 -in ${bundle} -passin pass:y -nodes -info`);
      await compare(`pkcs12 -in ${bundle} -passin pass:y -nokeys -clcerts`);
      await compare(`pkcs12 -in ${bundle} -passin pass:wrong -nodes`);
    }
    folder.run(
      "genpkey -aes256 -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pass pass:abcd -out l.key",
    );
    folder.run("req -x509 -key l.key -passin pass:abcd -out l.crt -subj /CN=l");
    for (const name of ["l.key", "l.crt"])
      laptop.files.write(`/home/guest/${name}`, folder.read(name));
    await compare("x509 -in l.crt -noout -text");
    await compare("pkey -in l.key -passin pass:abcd -noout -text");
    await compare("pkey -in l.key -passin pass:wrong -noout -text");
  });

  test("questions and answers of req", () =>
    compare("req -new -key good.key -noout -subject", "DE\n\nBerlin\nHotel\n.\nx.example\n\n\n\n"));

  test("a serial is counted on", async () => {
    const sign = "x509 -req -in asked.csr -CA self.crt -CAkey self.key -CAserial s.srl -out s.crt";
    laptop.files.write("/home/guest/s.srl", new TextEncoder().encode("0FFF\n"));
    folder.put("s.srl", "0FFF\n");
    await compare(sign);
    expect(new TextDecoder().decode(laptop.files.read("/home/guest/s.srl"))).toBe("1000\n");
    await compare("x509 -in s.crt -noout -serial");
  });
});
