// Extensions, field by field (RFC 8446 section 4.2 and the RFCs that it names).

import { latin1 } from "../../../base/bytes.ts";
import { nameFields } from "./certificates.ts";
import { shortHex } from "./fields.ts";
import type { FieldReader, Telling } from "./fields.ts";
import { coded, nameIn } from "./names.ts";

/** Which message the extensions stand in. */
export type Place = "client" | "server" | "retry" | "encrypted" | "certificate" | "request";

/** A list of extensions with its length in front. */
export function extensionFields(reader: FieldReader, place: Place): void {
  reader.vector("extensions", 2, (list) => {
    let count = 0;
    for (; !list.done; count++) extension(list, place);
    return { value: `${count} of them` };
  });
}

function extension(list: FieldReader, place: Place): void {
  const code = (list.bytes[list.at]! << 8) | (list.bytes[list.at + 1] ?? 0);
  const known = readers[code];
  const name = nameIn("extensions", code);
  list.group(name === "unknown" ? `extension ${code}` : name, (inside) => {
    inside.number("type", 2, (type) => `${type} ${nameIn("extensions", type)}`);
    let telling: Telling = {};
    inside.vector("data", 2, (data) => {
      const value = shortHex(data.bytes.subarray(data.at, data.end));
      if (data.done) telling = { value: "empty" };
      else if (known) telling = { value, ...known.read(data, place) };
      else {
        data.rest("content");
        telling = { value };
      }
      return { value: telling.value ?? value };
    });
    const meaning = known ? known.meaning : meaningOfUnknown(code);
    return { value: telling.value ?? "", meaning: telling.meaning ?? meaning };
  });
}

interface ExtensionReader {
  /** Why it is there, in a sentence. */
  readonly meaning: string;
  read(data: FieldReader, place: Place): Telling;
}

const codeList =
  (table: "groups" | "schemes" | "versions", one: string, lengthOctets: number) =>
  (data: FieldReader): Telling => {
    const names: string[] = [];
    data.vector("list", lengthOctets, (list) => {
      while (!list.done) {
        names.push(
          nameIn(
            table,
            list.number(one, 2, (code) => coded(table, code)),
          ),
        );
      }
      return { value: names.join(", ") };
    });
    return { value: names.join(", ") };
  };

const opaqueData = (meaning: string): ExtensionReader => ({
  meaning,
  read(data) {
    data.rest("content");
    return {};
  },
});

const readers: Readonly<Record<number, ExtensionReader>> = {
  0: {
    meaning:
      "The name the client wants to speak to, in the clear: the server chooses its certificate by it (SNI).",
    read(data) {
      let name = "";
      data.vector("list", 2, (list) => {
        while (!list.done) {
          list.number("kind", 1, (kind) => (kind === 0 ? "0 host_name" : String(kind)));
          const bytes = list.opaque("host name", 2, (value) => ({ value: latin1(value) }));
          name ||= latin1(bytes);
        }
        return { value: name };
      });
      return { value: name };
    },
  },
  5: opaqueData("Asks the server to send proof with its certificate that it is not revoked."),
  10: {
    meaning: "The curves on which a key exchange is possible, best first.",
    read: codeList("groups", "group", 2),
  },
  11: {
    meaning: "How points of curves may be written; only TLS 1.2 still asks.",
    read(data) {
      data.vector("list", 1, (list) => {
        while (!list.done)
          list.number("format", 1, (one) => (one === 0 ? "0 uncompressed" : `${one}`));
        return {};
      });
      return { value: "uncompressed" };
    },
  },
  13: {
    meaning: "The signatures this side can check: the other side's certificate must suit one.",
    read: codeList("schemes", "scheme", 2),
  },
  16: {
    meaning: "The protocols to be spoken inside (ALPN), settled without another round trip.",
    read(data) {
      const names: string[] = [];
      data.vector("list", 2, (list) => {
        while (!list.done) {
          names.push(latin1(list.opaque("protocol", 1, (one) => ({ value: latin1(one) }))));
        }
        return { value: names.join(", ") };
      });
      return { value: names.join(", ") };
    },
  },
  18: opaqueData("Asks for proof that the certificate stands in a public log."),
  21: opaqueData("Zeros that fill the message up, so that its length tells less."),
  22: opaqueData("For old ciphers: seal first, then authenticate."),
  23: opaqueData("Binds TLS 1.2's keys to the whole handshake, so that nobody can splice two."),
  28: opaqueData("The largest record that this side wants to get."),
  35: opaqueData("A ticket of an earlier TLS 1.2 session, or the wish for one."),
  41: {
    meaning: "An earlier session to go on with: who knows its secret needs no certificate.",
    read: preSharedKey,
  },
  42: opaqueData("Data sent before the handshake is complete."),
  43: {
    meaning:
      "The versions this side speaks; TLS 1.3 hides here, so that old machines do not stumble.",
    read(data, place) {
      if (place === "client") return codeList("versions", "version", 1)(data);
      const code = data.number("version", 2, (one) => coded("versions", one));
      return {
        value: nameIn("versions", code),
        meaning: "The version that was chosen. From here on the rules of TLS 1.3 hold.",
      };
    },
  },
  44: opaqueData("A token of the server that the client must bring back with its second hello."),
  45: {
    meaning: "How a session may be resumed: with a fresh key exchange, or without.",
    read(data) {
      const modes: string[] = [];
      data.vector("list", 1, (list) => {
        while (!list.done) {
          const mode = list.number("mode", 1, (one) => `${one} ${pskModes[one] ?? "unknown"}`);
          modes.push(pskModes[mode] ?? String(mode));
        }
        return { value: modes.join(", ") };
      });
      return { value: modes.join(", ") };
    },
  },
  47: {
    meaning: "The authorities whose certificates are welcome.",
    read(data) {
      let count = 0;
      data.vector("list", 2, (list) => {
        for (; !list.done; count++) nameFields(list);
        return { value: `${count} names` };
      });
      return { value: `${count} names` };
    },
  },
  50: {
    meaning: "The signatures this side can check on certificates.",
    read: codeList("schemes", "scheme", 2),
  },
  51: {
    meaning: "Half of a key exchange: public, and of no use without the other half's secret.",
    read: keyShare,
  },
  0xff01: opaqueData("Shows that nobody put words in front of this handshake (RFC 5746)."),
  0xfe0d: opaqueData("Room for an encrypted hello, or noise that looks like one."),
};

const pskModes: Readonly<Record<number, string>> = {
  0: "psk_ke, without a new key exchange",
  1: "psk_dhe_ke, with a new key exchange",
};

function keyShare(data: FieldReader, place: Place): Telling {
  if (place === "retry") {
    const code = data.number("selected group", 2, (one) => coded("groups", one));
    return {
      value: nameIn("groups", code),
      meaning: "The curve that the server wants a share on: the client must say hello again.",
    };
  }
  const names: string[] = [];
  const share = (reader: FieldReader): void => {
    names.push(
      nameIn(
        "groups",
        reader.number("group", 2, (code) => coded("groups", code)),
      ),
    );
    reader.opaque("public key", 2);
  };
  if (place === "client") {
    data.vector("list", 2, (list) => {
      while (!list.done) share(list);
      return { value: names.join(", ") };
    });
  } else share(data);
  return { value: names.join(", ") };
}

function preSharedKey(data: FieldReader, place: Place): Telling {
  if (place !== "client") {
    data.number("chosen identity", 2, (index) => `the ${index + 1}. that was offered`);
    return { value: "resumed", meaning: "The server knows the ticket: the session goes on." };
  }
  let count = 0;
  data.vector("identities", 2, (list) => {
    for (; !list.done; count++) {
      list.opaque("ticket", 2, () => ({ meaning: "As the server gave it; only it can read it." }));
      list.number("obfuscated age", 4, (age) => `${age} (milliseconds plus a secret number)`);
    }
    return { value: `${count} tickets` };
  });
  data.vector("binders", 2, (list) => {
    while (!list.done) {
      list.opaque("binder", 1, () => ({
        meaning: "Proves knowledge of the session's secret over all bytes before it.",
      }));
    }
    return {};
  });
  return { value: `${count} tickets` };
}

function meaningOfUnknown(code: number): string {
  return nameIn("extensions", code) === "reserved (GREASE)"
    ? "Noise on purpose: it keeps servers from stumbling over what they do not know."
    : "Not known to this desk, which passes over it.";
}
