// --help and --version.

import { opensslVersion } from "../openssl/words.ts";
import { version } from "./request.ts";

/** name, what its value is called, and what it does; all of them are honoured here. */
const options: readonly (readonly [names: string, value: string, what: string])[] = [
  ["    --cacert", "<file>", "CA certificate to verify peer against"],
  ["    --capath", "<dir>", "CA directory to verify peer against"],
  ["-E, --cert", "<certificate[:password]>", "Client certificate file and password"],
  ["    --connect-timeout", "<seconds>", "Maximum time allowed for connection"],
  ["    --connect-to", "<HOST1:PORT1:HOST2:PORT2>", "Connect to host"],
  ["-b, --cookie", "<data|filename>", "Send cookies from string/file"],
  ["-c, --cookie-jar", "<filename>", "Write cookies to <filename> after operation"],
  ["    --create-dirs", "", "Create necessary local directory hierarchy"],
  ["-d, --data", "<data>", "HTTP POST data"],
  ["    --data-binary", "<data>", "HTTP POST binary data"],
  ["    --data-raw", "<data>", "HTTP POST data, '@' allowed"],
  ["    --data-urlencode", "<data>", "HTTP POST data URL encoded"],
  ["-D, --dump-header", "<filename>", "Write the received headers to <filename>"],
  ["-f, --fail", "", "Fail fast with no output on HTTP errors"],
  ["    --fail-early", "", "Fail on first transfer error, do not continue"],
  ["    --fail-with-body", "", "Fail on HTTP errors but save the body"],
  ["-G, --get", "", "Put the post data in the URL and use GET"],
  ["-g, --globoff", "", "Disable URL sequences and ranges using {} and []"],
  ["-I, --head", "", "Show document info only"],
  ["-H, --header", "<header/@file>", "Pass custom header(s) to server"],
  ["-h, --help", "<category>", "Get help for commands"],
  ["-0, --http1.0", "", "Use HTTP 1.0"],
  ["    --http1.1", "", "Use HTTP 1.1"],
  ["-i, --include", "", "Include response headers in the output"],
  ["-k, --insecure", "", "Allow insecure server connections"],
  ["-4, --ipv4", "", "Resolve names to IPv4 addresses"],
  ["    --json", "<data>", "HTTP POST JSON"],
  ["    --key", "<key>", "Private key file name"],
  ["-L, --location", "", "Follow redirects"],
  ["    --max-redirs", "<num>", "Maximum number of redirects allowed"],
  ["-m, --max-time", "<seconds>", "Maximum time allowed for transfer"],
  ["    --no-alpn", "", "Disable the ALPN TLS extension"],
  ["-N, --no-buffer", "", "Disable buffering of the output stream"],
  ["    --no-progress-meter", "", "Do not show the progress meter"],
  ["-o, --output", "<file>", "Write to file instead of stdout"],
  ["    --output-dir", "<dir>", "Directory to save files in"],
  ["    --path-as-is", "", "Do not squash .. sequences in URL path"],
  ["    --post301", "", "Do not switch to GET after following a 301"],
  ["-r, --range", "<range>", "Retrieve only the bytes within RANGE"],
  ["-e, --referer", "<URL>", "Referrer URL"],
  ["-O, --remote-name", "", "Write output to a file named as the remote file"],
  ["-X, --request", "<method>", "Specify request method to use"],
  ["    --request-target", "<path>", "Specify the target for this request"],
  ["    --resolve", "<[+]host:port:addr[,addr]...>", "Resolve the host+port to this address"],
  ["    --retry", "<num>", "Retry request if transient problems occur"],
  ["    --retry-all-errors", "", "Retry all errors (with --retry)"],
  ["    --retry-connrefused", "", "Retry on connection refused (with --retry)"],
  ["    --retry-delay", "<seconds>", "Wait time between retries"],
  ["    --retry-max-time", "<seconds>", "Retry only within this period"],
  ["-S, --show-error", "", "Show error even when -s is used"],
  ["-s, --silent", "", "Silent mode"],
  ["    --tls-max", "<VERSION>", "Set maximum allowed TLS version"],
  ["    --tlsv1.2", "", "Use TLSv1.2 or greater"],
  ["    --tlsv1.3", "", "Use TLSv1.3 or greater"],
  ["    --url-query", "<data>", "Add a URL query part"],
  ["-u, --user", "<user:password>", "Server user and password"],
  ["-A, --user-agent", "<name>", "Send User-Agent <name> to server"],
  ["-v, --verbose", "", "Make the operation more talkative"],
  ["-V, --version", "", "Show version number and quit"],
  ["-w, --write-out", "<format>", "Output FORMAT after completion"],
];

/** What `curl --help` shows without a category. */
const important = new Set("-d -f -h -i -o -O -s -u -A -v -V".split(" "));

/** What `curl --help [all]` prints. */
export function helpText(category: string): string {
  const all = category !== "";
  const shown = options.filter(([names]) => all || important.has(names.slice(0, 2)));
  const width = all ? 0 : Math.max(...shown.map(([names, value]) => names.length + value.length));
  const lines = shown.map(([names, value, what]) => {
    const left = value === "" ? names : `${names} ${value}`;
    return ` ${left.padEnd(all ? 22 : width + 1)} ${what}\n`;
  });
  const rest = all
    ? "\nAll options of this hotel's curl; the real one has more.\n"
    : '\nThis is not the full help. For all options use "--help all".\n';
  return `Usage: curl [options...] <url>\n${lines.join("")}${rest}`;
}

export const versionText =
  `curl ${version} (x86_64-pc-linux-gnu) libcurl/${version} OpenSSL/${opensslVersion}\n` +
  "Release-Date: 2023-12-06\n" +
  "Protocols: http https\n" +
  "Features: SSL\n";
