// openssl, as version 3.0 behaves and prints, with the part of it that certificates need.
//
//   req.ts x509.ts keys.ts pkcs12.ts   what makes and shows certificates and keys
//   verify.ts sclient.ts               what believes them
//   config.ts subject.ts newkey.ts     the small languages inside
//   options.ts load.ts words.ts        the command line, files, and the library's sentences

import { notHere, type Call, type Command } from "../../command.ts";
import { ecparam, genpkey, genrsa, showKey } from "./keys.ts";
import { pkcs12 } from "./pkcs12.ts";
import { req } from "./req.ts";
import { sClient } from "./sclient.ts";
import { digest, rand, version } from "./small.ts";
import { verify } from "./verify.ts";
import { x509 } from "./x509.ts";

type Tool = (call: Call, args: readonly string[]) => Promise<number>;

const tools: Readonly<Record<string, Tool>> = {
  dgst: digest(undefined),
  ec: showKey("ec"),
  ecparam,
  genpkey,
  genrsa,
  pkcs12,
  pkey: showKey("pkey"),
  rand,
  req,
  rsa: showKey("rsa"),
  s_client: sClient,
  sha1: digest("sha1"),
  sha256: digest("sha256"),
  sha384: digest("sha384"),
  sha512: digest("sha512"),
  verify,
  version,
  x509,
};

/** What only the real one has. */
const elsewhere = new Set(
  (
    "asn1parse ca ciphers cmp cms crl crl2pkcs7 dhparam dsa dsaparam enc engine errstr fipsinstall " +
    "gendsa info kdf list mac nseq ocsp passwd pkcs7 pkcs8 pkeyparam pkeyutl prime rehash rsautl " +
    "s_server s_time sess_id smime speed spkac srp storeutl ts md5 base64"
  ).split(" "),
);

const help =
  "openssl COMMAND [options]\n\n" +
  "  req       make a request or a self-signed certificate, show a request\n" +
  "  x509      show a certificate, sign a request\n" +
  "  verify    say whether a certificate is believed, and why not\n" +
  "  s_client  shake hands with a server and show its certificates\n" +
  "  genrsa genpkey ecparam   make keys\n" +
  "  pkey rsa ec              show keys\n" +
  "  pkcs12    bundle a certificate with its key, or take a bundle apart\n" +
  "  dgst sha256 rand version\n\n" +
  "  openssl req -x509 -newkey rsa:2048 -nodes -keyout tls.key -out tls.crt -days 365 \\\n" +
  "    -subj /CN=example.com -addext subjectAltName=DNS:example.com\n" +
  "  openssl x509 -in tls.crt -noout -text\n" +
  "  openssl s_client -connect example.com:443 -servername example.com\n";

export const openssl: Command = {
  name: "openssl",
  summary: "make, show and check certificates",
  help,
  run,
  complete: (words) =>
    Promise.resolve(
      words.length === 2 ? Object.keys(tools).filter((name) => name.startsWith(words[1]!)) : [],
    ),
};

function run(call: Call): Promise<number> {
  const [name, ...args] = call.args;
  if (name === undefined || name === "help" || name === "--help" || name === "-help") {
    call.stdout.write(help);
    return Promise.resolve(0);
  }
  const tool = tools[name];
  if (tool && args.length === 1 && /^--?help$/.test(args[0]!)) {
    call.stdout.write(help);
    return Promise.resolve(0);
  }
  if (tool) return tool(call, args);
  call.stderr.write(
    elsewhere.has(name)
      ? `openssl: ${notHere(`openssl ${name} (the real openssl has it)`)}\n`
      : `Invalid command '${name}'; type "help" for a list.\n`,
  );
  return Promise.resolve(1);
}
