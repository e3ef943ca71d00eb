// A conversation between our own ends as a recording, for tests of the log.

import { utf8 } from "../../../../src/base/bytes.ts";
import type { TlsClientConfig, TlsServerConfig } from "../../../../src/net/tls/contract.ts";
import { Recorder } from "../../../../src/net/tls/recording.ts";
import type { TlsRecording } from "../../../../src/net/tls/recording.ts";
import type { TlsClient } from "../../../../src/net/tls/client.ts";
import { talk } from "../pair.ts";

const ends = {
  local: { ip: "198.51.100.7", port: 40_000 },
  remote: { ip: "203.0.113.10", port: 443 },
};

/** Says "ping" and "pong" once agreed; `update` changes keys in between. */
export function recorded(
  client: Partial<TlsClientConfig> = {},
  server: Partial<TlsServerConfig> = {},
  { update = false } = {},
): TlsRecording {
  let at = 0;
  const recorder = new Recorder("client", ends as never, () => at++);
  const talking = talk({ revealSecrets: true, ...client }, server, (bytes, from) => {
    if (from === "client") recorder.sent(bytes);
    else recorder.received(bytes);
    return [bytes];
  });
  if (talking.client.engine.session && talking.server.engine.session) {
    talking.take("client", talking.client.engine.send(utf8("ping")));
    talking.settle();
    if (update) talking.take("client", (talking.client.engine as TlsClient).updateKeys());
    talking.settle();
    talking.take("server", talking.server.engine.send(utf8("pong")));
    talking.settle();
    talking.take("client", talking.client.engine.close());
    talking.settle();
  }
  for (const event of talking.client.events) recorder.told(event);
  return recorder.recording;
}
