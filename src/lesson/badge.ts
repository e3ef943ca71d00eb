// What a browser knows of a server's certificate: the padlock, or why there is none.

/** A certificate as a browser's viewer shows it. */
export interface BadgePage {
  /** Common names; the organisation where there is none. */
  readonly subject: string;
  readonly issuer: string;
  /** Whom it is for: DNS names and addresses. */
  readonly names: readonly string[];
  /** "Nov 23 09:00:00 2026 GMT". */
  readonly from: string;
  readonly until: string;
  /** SHA-256, "AB:CD:…". */
  readonly fingerprint: string;
  /** All of it, as openssl prints it. */
  readonly text: string;
}

export interface Badge {
  /** Chromium's name for what is wrong, "NET::ERR_CERT_DATE_INVALID"; undefined for nothing. */
  readonly problem: string | undefined;
  /** One sentence for people. */
  readonly sentence: string;
  /** "TLSv1.3 with TLS_AES_256_GCM_SHA384"; "" where nothing was agreed. */
  readonly session: string;
  /** As the server showed them, its own first. */
  readonly pages: readonly BadgePage[];
}
