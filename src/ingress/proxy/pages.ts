// nginx's built-in pages, to the byte (CRLF line ends; the footer is "nginx" as server_tokens is
// off), and the reason phrases that it uses. Models ngx_http_special_response.c.

const titles: Readonly<Record<number, string>> = {
  301: "301 Moved Permanently",
  302: "302 Found",
  303: "303 See Other",
  307: "307 Temporary Redirect",
  308: "308 Permanent Redirect",
  400: "400 Bad Request",
  401: "401 Authorization Required",
  402: "402 Payment Required",
  403: "403 Forbidden",
  404: "404 Not Found",
  405: "405 Not Allowed",
  406: "406 Not Acceptable",
  408: "408 Request Time-out",
  409: "409 Conflict",
  410: "410 Gone",
  411: "411 Length Required",
  412: "412 Precondition Failed",
  413: "413 Request Entity Too Large",
  414: "414 Request-URI Too Large",
  415: "415 Unsupported Media Type",
  416: "416 Requested Range Not Satisfiable",
  421: "421 Misdirected Request",
  429: "429 Too Many Requests",
  494: "400 Request Header Or Cookie Too Large",
  495: "400 The SSL certificate error",
  496: "400 No required SSL certificate was sent",
  497: "400 The plain HTTP request was sent to HTTPS port",
  500: "500 Internal Server Error",
  501: "501 Not Implemented",
  502: "502 Bad Gateway",
  503: "503 Service Temporarily Unavailable",
  504: "504 Gateway Time-out",
  505: "505 HTTP Version Not Supported",
  507: "507 Insufficient Storage",
};

/** What the pages of 494 to 497 say below their heading. */
const details: Readonly<Record<number, readonly [title: string, text: string]>> = {
  494: ["Request Header Or Cookie Too Large", "Request Header Or Cookie Too Large"],
  495: ["The SSL certificate error", "The SSL certificate error"],
  496: ["No required SSL certificate was sent", "No required SSL certificate was sent"],
  497: [
    "The plain HTTP request was sent to HTTPS port",
    "The plain HTTP request was sent to HTTPS port",
  ],
};

/** The page of a status; undefined for one that has none. */
export function page(status: number): string | undefined {
  const title = titles[status];
  if (title === undefined) return undefined;
  const detail = details[status];
  const head = detail ? `400 ${detail[0]}` : title;
  const heading = detail ? "400 Bad Request" : title;
  return (
    `<html>\r\n<head><title>${head}</title></head>\r\n<body>\r\n` +
    `<center><h1>${heading}</h1></center>\r\n` +
    (detail ? `<center>${detail[1]}</center>\r\n` : "") +
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
  );
}

/** nginx's reason phrase, where it is not the standard one. */
export const reasons: Readonly<Record<number, string>> = {
  302: "Moved Temporarily",
  405: "Not Allowed",
  408: "Request Time-out",
  413: "Request Entity Too Large",
  414: "Request-URI Too Large",
  416: "Requested Range Not Satisfiable",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
};

/** The status on the wire: nginx's own ones above 493 are a plain 400. */
export function wireStatus(status: number): number {
  return status >= 494 && status <= 497 ? 400 : status;
}
