// The conformance echo server's TLS: port 8443, with the certificate of a mounted Secret.

import { text } from "../../base/bytes.ts";
import type { Connection } from "../../net/connection.ts";
import { NetError } from "../../net/errors.ts";
import type { Request } from "../../net/http/message.ts";
import { serveHttp } from "../../net/http/server.ts";
import type { Answer } from "../../net/http/server.ts";
import { TlsAlert } from "../../net/tls/alerts.ts";
import { acceptTls } from "../../net/tls/secure.ts";
import { printCertificate } from "../../net/x509/certificate.ts";
import { readKeyPair } from "../../net/x509/keypair.ts";
import type { ProgramContext } from "../program.ts";
import type { StreamHandler } from "./echobasic.ts";
import type { Visit } from "./httpprogram.ts";

const port = 8443;

/** Listens; the function given back ends it. Throws KeyPairError for files that are no pair. */
export function openEchoTls(
  context: ProgramContext,
  files: Readonly<Record<string, Uint8Array>>,
  handle: (request: Request, visit: Visit) => Promise<Answer>,
  serve: StreamHandler | undefined,
): () => void {
  const { env, network, host, random, clock } = context;
  const file = (name: string | undefined): string => text(files[name ?? ""] ?? new Uint8Array(0));
  const key = env["TLS_SERVER_PRIVKEY"] ?? env["TLS_SERVER_PRIV_KEY"];
  const identity = readKeyPair(file(env["TLS_SERVER_CERT"]), file(key));
  const accept = async (connection: Connection): Promise<void> => {
    try {
      const secure = await acceptTls(
        connection,
        {
          random: random.fork("tls"),
          now: () => clock.now(),
          ...(serve ? {} : { alpn: ["http/1.1"] }),
          certificate: () => identity,
          clientCertificate: { required: false, authorities: [], check: () => undefined },
        },
        { by: host.actor, why: () => "the mounted certificate" },
      );
      const { serverName, peerChain } = secure.session;
      const tls = {
        serverName: serverName ?? "",
        peerCertificates: peerChain.map(printCertificate),
      };
      if (serve) return await serve(secure, tls);
      await serveHttp(secure, {
        by: host.actor,
        handle: async (request) =>
          withTls(await handle(request, { context, connection, port }), tls),
      });
    } catch (error) {
      // Whoever does not agree on TLS has been told so in the handshake.
      if (!(error instanceof TlsAlert) && !(error instanceof NetError)) throw error;
    }
  };
  const listener = network.listen(host, port, (connection) => void accept(connection));
  context.log(`Starting server, listening on port ${port} (https)`);
  return () => listener.close();
}

/** An echo that tells of the handshake too. */
function withTls(answer: Answer, tls: object): Answer {
  if (typeof answer.body !== "string" || !answer.body.startsWith("{")) return answer;
  const told = { ...(JSON.parse(answer.body) as object), tls };
  return { ...answer, body: `${JSON.stringify(told, null, 2)}\n` };
}
