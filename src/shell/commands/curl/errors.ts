// How a transfer fails: libcurl's number and the words after it.

/** Ends a transfer: `curl: (CODE) MESSAGE`. The code is also the exit status. */
export class CurlError extends Error {
  override name = "CurlError";
  readonly code: number;
  /** Said already in other words (a warning); nothing more is printed. */
  readonly told: boolean;
  /** What -v says of it. */
  readonly talk: string;

  constructor(
    code: number,
    message: string,
    { told = false, talk = message }: { told?: boolean; talk?: string } = {},
  ) {
    super(message);
    this.code = code;
    this.told = told;
    this.talk = talk;
  }
}

/** libcurl's numbers, by the part of their name after CURLE_ that is used here. */
export const code = {
  unsupportedProtocol: 1,
  failedInit: 2,
  urlMalformat: 3,
  couldntResolveHost: 6,
  couldntConnect: 7,
  weirdServerReply: 8,
  partialFile: 18,
  httpReturnedError: 22,
  writeError: 23,
  readError: 26,
  operationTimedout: 28,
  sslConnectError: 35,
  tooManyRedirects: 47,
  setoptOptionSyntax: 49,
  gotNothing: 52,
  recvError: 56,
  sslCertproblem: 58,
  peerFailedVerification: 60,
  sslCacertBadfile: 77,
  sslClientcert: 98,
} as const;
