// Zones and URLs: a case a line, the answer at the end.

import { describe, expect, test } from "vitest";
import { Zone } from "../../src/net/dns.ts";
import { parseUrl } from "../../src/net/url.ts";

describe("a zone", () => {
  const zone = new Zone();
  zone.set("example.com", ["203.0.113.10"]);
  zone.set("*.example.com", ["203.0.113.11"]);
  zone.set("a.b.example.com", ["203.0.113.12"]);
  zone.set("*.Wild.test.", ["203.0.113.13"]);

  test.each([
    ["example.com", "203.0.113.10"],
    ["EXAMPLE.com.", "203.0.113.10"],
    ["www.example.com", "203.0.113.11"],
    ["x.y.example.com", "203.0.113.11"],
    ["a.b.example.com", "203.0.113.12"],
    ["b.example.com", "nothing: exists as an empty name, RFC 4592 section 2.2.2"],
    ["c.b.example.com", "nothing: b.example.com is the closest encloser"],
    ["x.a.b.example.com", "nothing: a.b.example.com is the closest encloser"],
    ["one.wild.test", "203.0.113.13"],
    ["wild.test", "nothing: a wildcard is not its own parent"],
    ["example.org", "nothing: not in the zone"],
  ])("%s → %s", (name, answer) => {
    expect(zone.lookup(name)?.ips.join() ?? "nothing").toBe(answer.replace(/:.*/, ""));
  });

  test("tells which wildcard answered", () => {
    expect(zone.answer("www.example.com", "dns/public")?.why).toBe(
      "www.example.com is 203.0.113.11 by the wildcard *.example.com",
    );
    zone.remove("*.wild.test");
    expect(zone.answer("one.wild.test", "dns/public")).toBeUndefined();
    expect(zone.list().map(({ name }) => name)).not.toContain("*.wild.test");
  });
});

describe("a URL", () => {
  test.each([
    ["http://example.com", "http example.com 80 example.com /"],
    ["HTTPS://Example.COM/Web", "https example.com 443 example.com /Web"],
    ["example.com:8080/a?b=/../c", "http example.com 8080 example.com:8080 /a?b=/../c"],
    ["https://a:443/", "https a 443 a /"],
    ["http://a:443?q", "http a 443 a:443 /?q"],
    ["http://a:/", "http a 80 a /"],
    ["http://u:p%40w@a/", "http a 80 a / (u:p@w)"],
    ["http://a/b#frag?x", "http a 80 a /b #frag?x"],
    ["http://[::1]:8080/", "http ::1 8080 [::1]:8080 /"],
    ["http://a/b/../c/./d/..", "http a 80 a /c/"],
    ["http://a/../../x", "http a 80 a /x"],
    ["http://a/é", "http a 80 a /\u00c3\u00a9"],
    ["127.0.0.1:80/x", "http 127.0.0.1 80 127.0.0.1 /x"],
    ["ftp://a/", "scheme: ftp"],
    ["http:///x", "no host: "],
    ["", "no host: "],
    ["http://a:99999/", "bad port: 99999"],
    ["http://a:80x/", "bad port: 80x"],
    ["http://a b/", "malformed:  "],
    ["http://a/\r\nX: y", "malformed: \r"],
    ["http://a<b/", "bad host: a<b"],
    ["http://a:1:2/", "bad port: 1:2"],
  ])("%j → %s", (text, wanted) => {
    const url = parseUrl(text);
    if ("problem" in url) return expect(`${url.problem}: ${url.seen}`).toBe(wanted);
    const { scheme, host, port, authority, target, credentials, fragment } = url;
    const extra = `${credentials ? ` (${credentials})` : ""}${fragment ? ` #${fragment}` : ""}`;
    expect(`${scheme} ${host} ${port} ${authority} ${target}${extra}`).toBe(wanted);
  });
});
