// Whom the learner's laptop believes: the file that curl, openssl and the browser share.

import { text } from "../base/bytes.ts";
import { FileError, type Files } from "../shell/files.ts";

/** PEM; "" when somebody has removed it. */
export function trustedBy(files: Files): string {
  try {
    return text(files.read("/etc/ssl/certs/ca-certificates.crt"));
  } catch (error) {
    if (error instanceof FileError) return "";
    throw error;
  }
}
