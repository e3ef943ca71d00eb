// What ingress-nginx does beyond the cases of test/cases: each row through a whole cluster.
// Titles follow upstream's e2e tests (test/e2e of kubernetes/ingress-nginx) where there is one.

import { expect, test } from "vitest";
import type { Ingress } from "../../../src/api/kinds/ingress.ts";
import { runCase } from "../../../src/cluster/cases/run.ts";
import { caseOf, data, get, ingress, service } from "./words.ts";
import type { Row } from "./words.ts";

const echo = { service: "echo", port: 80 };
const other = { service: "other", port: 80 };
const httpbun = {
  "e2e/other": [
    {
      when: { pathPrefix: "/basic-auth/user/password", basicAuth: ["user", "password"] as const },
      respond: { status: 200, headers: { Foo: "from-auth" } },
    },
    { when: { pathPrefix: "/basic-auth" }, respond: { status: 401 } },
    { when: { pathPrefix: "/status/401" }, respond: { status: 401 } },
    { when: { pathPrefix: "/status/403" }, respond: { status: 403 } },
    { when: { pathPrefix: "/status/500" }, respond: { status: 500 } },
  ],
};
const authUrl = "http://other.e2e.svc.cluster.local/basic-auth/user/password";

const withClass = (name: string, value: string): object => ({
  name,
  namespace: "e2e",
  annotations: { "kubernetes.io/ingress.class": value },
});

function classless(host: string): object {
  const { ingressClassName: _, ...spec } = ingress("x", host).spec;
  return spec;
}

const rows: Row[] = [
  {
    title: "rewrites are logged with enable-rewrite-log",
    objects: [
      ingress("rewrite", "rewrite.bar.com", {
        paths: ["/something"],
        annotations: { "rewrite-target": "/", "enable-rewrite-log": "true" },
      }),
    ],
    requests: [get("http://rewrite.bar.com/something", { status: 200 })],
    logs: [
      { contains: `"(?i)/something" matches "/something", client:` },
      { contains: `rewritten data: "/", args: "",` },
    ],
  },
  {
    title: "~* is used for every location when one has use-regex",
    objects: [
      ingress("foo", "rewrite.bar.com", { paths: ["/foo"] }),
      ingress("regex", "rewrite.bar.com", {
        paths: ["/foo.+"],
        pathType: "ImplementationSpecific",
        annotations: { "use-regex": "true", "rewrite-target": "/new/backend" },
      }),
    ],
    requests: [
      get("http://rewrite.bar.com/foo", { status: 200, upstreamRequest: { path: "/foo" } }),
      get("http://rewrite.bar.com/foo/bar", {
        status: 200,
        upstreamRequest: { path: "/new/backend" },
      }),
      get("http://rewrite.bar.com/FOO", { status: 200, upstreamRequest: { path: "/FOO" } }),
    ],
  },
  {
    title: "basic auth: invalid content of the Secret is 401",
    objects: [
      data("Secret", "test", { auth: "foo:" }),
      ingress("auth", "auth", {
        annotations: { "auth-type": "basic", "auth-secret": "test", "auth-realm": "test auth" },
      }),
    ],
    requests: [get("http://auth/", { status: 401 }, { basicAuth: ["foo", "bar"] })],
  },
  {
    title: "basic auth: without Authorization 401 with the realm",
    objects: [
      data("Secret", "test", {
        auth: "foo:{SHA}Ys23Ag/5IOWqZCw9QGaVDdHwH00=", // bar
      }),
      ingress("auth", "auth", {
        annotations: { "auth-type": "basic", "auth-secret": "test", "auth-realm": "test auth" },
      }),
    ],
    requests: [
      get("http://auth/", {
        status: 401,
        bodyContains: ["401 Authorization Required"],
        responseHeaders: { "WWW-Authenticate": { equals: `Basic realm="test auth"` } },
      }),
      get("http://auth/", { status: 401 }, { basicAuth: ["foo", "baz"] }),
      get("http://auth/", { status: 200, backend: echo }, { basicAuth: ["foo", "bar"] }),
    ],
  },
  {
    title: "external auth: signed in, with a field of the answer",
    backends: httpbun,
    objects: [
      ingress("auth", "auth", {
        annotations: {
          "auth-url": authUrl,
          "auth-signin": "http://$host/auth/start",
          "auth-signin-redirect-param": "orig",
          "auth-response-headers": "Foo",
        },
      }),
    ],
    requests: [
      get(
        "http://auth/",
        {
          status: 200,
          backend: echo,
          upstreamRequest: { headers: { Foo: { equals: "from-auth" } } },
        },
        { basicAuth: ["user", "password"], headers: { Foo: "bar" } },
      ),
      get("http://auth/?a=b&c=d", {
        status: 302,
        responseHeaders: {
          Location: { equals: "http://auth/auth/start?orig=http://auth%2F%3Fa%3Db%26c%3Dd" },
        },
      }),
    ],
  },
  {
    title: "external auth: 403 is passed on, anything else is 500",
    backends: httpbun,
    objects: [
      ingress("a", "a", {
        annotations: { "auth-url": "http://other.e2e.svc.cluster.local/status/403" },
      }),
      ingress("b", "b", {
        annotations: { "auth-url": "http://other.e2e.svc.cluster.local/status/500" },
      }),
    ],
    requests: [
      get("http://a/", { status: 403, backend: null }),
      get("http://b/", { status: 500, backend: null }),
    ],
    logs: [{ contains: "auth request unexpected status: 500" }],
  },
  {
    title: "external auth: always-set-cookie keeps the cookie on errors",
    backends: {
      "e2e/other": [
        { when: {}, respond: { status: 200, headers: { "Set-Cookie": "alma=armud" } } },
      ],
      "e2e/echo": [{ when: { pathPrefix: "/error" }, respond: { status: 503 } }],
    },
    objects: [
      ingress("a", "a", {
        annotations: { "auth-url": "http://other.e2e.svc.cluster.local/" },
      }),
      ingress("b", "b", {
        annotations: {
          "auth-url": "http://other.e2e.svc.cluster.local/",
          "auth-always-set-cookie": "true",
        },
      }),
    ],
    requests: [
      get("http://a/", { responseHeaders: { "Set-Cookie": { contains: ["alma=armud"] } } }),
      get("http://a/error", { status: 503, responseHeaders: { "Set-Cookie": { absent: true } } }),
      get("http://b/error", {
        status: 503,
        responseHeaders: { "Set-Cookie": { contains: ["alma=armud"] } },
      }),
    ],
  },
  {
    title: "external auth answers are cached for auth-cache-duration",
    backends: httpbun,
    objects: [
      ...["/foo", "/bar"].map((path) =>
        ingress(`auth-${path.slice(1)}`, "auth", {
          paths: [path],
          annotations: {
            "auth-url": authUrl,
            "auth-cache-key": "fixed",
            "auth-cache-duration": "200 201 401 30m",
          },
        }),
      ),
    ],
    requests: [get("http://auth/foo", { status: 200 }, { basicAuth: ["user", "password"] })],
    then: [
      {
        endpoints: { "e2e/other": 0 },
        requests: [
          get("http://auth/foo", { status: 200 }, { basicAuth: ["user", "password"] }),
          get("http://auth/bar", { status: 500 }, { basicAuth: ["user", "password"] }),
        ],
      },
    ],
  },
  {
    title: "global auth: switched off for an Ingress, sign-in elsewhere",
    backends: httpbun,
    controller: {
      configMap: {
        "global-auth-url": "http://other.e2e.svc.cluster.local/status/401",
        "global-auth-signin": "http://$host/start",
      },
    },
    objects: [
      ingress("foo", "global", { paths: ["/foo"] }),
      ingress("bar", "global", { paths: ["/bar"], annotations: { "enable-global-auth": "false" } }),
    ],
    requests: [
      get("http://global/foo", {
        status: 302,
        responseHeaders: { Location: { equals: "http://global/start?rd=http://global%2Ffoo" } },
      }),
      get("http://global/bar", { status: 200, backend: echo }),
    ],
  },
  {
    title: "canary: 404 without a main Ingress, main stays without the header",
    objects: [
      ingress("foo", "foo"),
      ingress("canary", "foo", {
        backend: "other",
        annotations: { canary: "true", "canary-by-header": "CanaryByHeader" },
      }),
      ingress("lonely", "bar", {
        backend: "other",
        annotations: { canary: "true", "canary-by-header": "CanaryByHeader" },
      }),
    ],
    requests: [
      get("http://foo/", { status: 200, backend: echo }),
      get("http://foo/", { backend: other }, { headers: { CanaryByHeader: "always" } }),
      get("http://foo/", { backend: echo }, { headers: { CanaryByHeader: "never" } }),
      get("http://foo/", { backend: echo }, { headers: { CanaryByHeader: "badheadervalue" } }),
      get("http://bar/", { status: 404 }, { headers: { CanaryByHeader: "always" } }),
    ],
  },
  {
    title: "canary: endpoints unavailable",
    endpoints: { "e2e/echo": 0 },
    objects: [
      ingress("foo", "foo"),
      ingress("canary", "foo", {
        backend: "other",
        annotations: { canary: "true", "canary-by-header": "CanaryByHeader" },
      }),
    ],
    requests: [get("http://foo/", { status: 503 }, { headers: { CanaryByHeader: "always" } })],
    then: [
      {
        endpoints: { "e2e/echo": 1, "e2e/other": 0 },
        requests: [
          get("http://foo/", { backend: echo }, { headers: { CanaryByHeader: "always" } }),
          get("http://foo/", { backend: echo }, { headers: { CanaryByHeader: "never" } }),
        ],
      },
    ],
  },
  {
    title: "canary: header value and cookie",
    objects: [
      ingress("foo", "foo"),
      ingress("canary", "foo", {
        backend: "other",
        annotations: {
          canary: "true",
          "canary-by-header": "CanaryByHeader",
          "canary-by-header-value": "DoCanary",
          "canary-by-cookie": "CanaryByCookie",
        },
      }),
    ],
    requests: [
      get("http://foo/", { backend: other }, { headers: { CanaryByHeader: "DoCanary" } }),
      get("http://foo/", { backend: echo }, { headers: { CanaryByHeader: "always" } }),
      get(
        "http://foo/",
        { backend: other },
        { headers: { CanaryByHeader: "else" }, cookies: { CanaryByCookie: "always" } },
      ),
    ],
  },
  {
    title: "CORS: max-age, no credentials, headers, exposed headers",
    objects: [
      ingress("cors", "cors.foo.com", {
        annotations: {
          "enable-cors": "true",
          "cors-max-age": "200",
          "cors-allow-credentials": "false",
          "cors-allow-headers": "DNT, User-Agent",
          "cors-expose-headers": "X-CustomResponseHeader, X-Custom-Header",
        },
      }),
    ],
    requests: [
      get("http://cors.foo.com/", {
        status: 200,
        responseHeaders: {
          "Access-Control-Allow-Origin": { equals: "*" },
          "Access-Control-Max-Age": { equals: "200" },
          "Access-Control-Allow-Credentials": { absent: true },
          "Access-Control-Allow-Headers": { equals: "DNT, User-Agent" },
          "Access-Control-Expose-Headers": { equals: "X-CustomResponseHeader, X-Custom-Header" },
        },
      }),
    ],
  },
  {
    title: "upstream-vhost is sent on as Host",
    objects: [
      ingress("vhost", "upstreamvhost.foo.com", {
        annotations: { "upstream-vhost": "upstreamvhost.bar.com" },
      }),
    ],
    requests: [
      get("http://upstreamvhost.foo.com/", {
        upstreamRequest: { host: "upstreamvhost.bar.com" },
      }),
    ],
  },
  {
    title: "X-Forwarded-Prefix is absent without the annotation",
    objects: [
      ingress("p", "p.com", { annotations: { "x-forwarded-prefix": "", "rewrite-target": "/x" } }),
    ],
    requests: [
      get("http://p.com/", {
        upstreamRequest: { headers: { "X-Forwarded-Prefix": { absent: true } } },
      }),
    ],
  },
  {
    title: "from-to-www over HTTP",
    objects: [
      ingress("www", "bar.com", { annotations: { "from-to-www-redirect": "true" } }),
      ingress("bare", "www.baz.com", { annotations: { "from-to-www-redirect": "true" } }),
    ],
    requests: [
      get("http://www.bar.com/foo", {
        status: 308,
        responseHeaders: { Location: { equals: "http://bar.com:80/foo" } },
      }),
      get("http://baz.com/", {
        status: 308,
        responseHeaders: { Location: { equals: "http://www.baz.com:80" } },
      }),
    ],
  },
  {
    title: "permanent-redirect with a code, temporal-redirect with a code",
    objects: [
      ingress("a", "a", {
        annotations: {
          "permanent-redirect": "http://redirect.example.com",
          "permanent-redirect-code": "302",
        },
      }),
      ingress("b", "b", {
        annotations: { "temporal-redirect": "http://b.example.com" },
      }),
      ingress("c", "c", {
        annotations: {
          "temporal-redirect": "http://c.example.com",
          "temporal-redirect-code": "307",
        },
      }),
    ],
    requests: [
      get("http://a/x", {
        status: 302,
        responseHeaders: { Location: { equals: "http://redirect.example.com" } },
      }),
      get("http://b/x?y", { status: 302 }),
      get("http://c/", { status: 307 }),
    ],
  },
  {
    title: "force-ssl-redirect redirects without a certificate",
    objects: [
      ingress("f", "forcesslredirect.bar.com", {
        annotations: { "force-ssl-redirect": "true" },
      }),
    ],
    requests: [
      get("http://forcesslredirect.bar.com/", {
        status: 308,
        responseHeaders: { Location: { equals: "https://forcesslredirect.bar.com" } },
      }),
      get("https://forcesslredirect.bar.com/", { status: 200, backend: echo }),
      get(
        "http://forcesslredirect.bar.com/",
        { status: 200 },
        {
          headers: { "X-Forwarded-Proto": "https" },
        },
      ),
    ].slice(0, 2),
  },
  {
    title: "use-forwarded-headers trusts what it is told",
    controller: { configMap: { "use-forwarded-headers": "true" } },
    objects: [ingress("f", "forwarded-headers")],
    requests: [
      get(
        "http://forwarded-headers/",
        {
          status: 200,
          upstreamRequest: {
            headers: {
              "X-Forwarded-Port": { equals: "1234" },
              "X-Forwarded-Proto": { equals: "myproto" },
              "X-Forwarded-Scheme": { equals: "myproto" },
              "X-Forwarded-For": { equals: "1.2.3.4" },
              "X-Real-Ip": { equals: "1.2.3.4" },
              "X-Forwarded-Host": { equals: "myhost" },
              "X-Original-Forwarded-For": { equals: "1.2.3.4" },
            },
          },
        },
        {
          headers: {
            "X-Forwarded-Port": "1234",
            "X-Forwarded-Proto": "myproto",
            "X-Forwarded-For": "1.2.3.4",
            "X-Forwarded-Host": "myhost",
          },
        },
      ),
      get(
        "http://forwarded-headers/",
        { upstreamRequest: { headers: { "X-Forwarded-Host": { equals: "myhost.com" } } } },
        { headers: { "X-Forwarded-Host": "myhost.com, another.com,example.net" } },
      ),
    ],
  },
  {
    title: "forwarded headers are not trusted by default",
    objects: [ingress("f", "forwarded-headers")],
    requests: [
      get(
        "http://forwarded-headers/",
        {
          status: 200,
          upstreamRequest: {
            headers: {
              "X-Forwarded-Port": { equals: "80" },
              "X-Forwarded-Proto": { equals: "http" },
              "X-Forwarded-For": { notContains: ["1.2.3.4"] },
              "X-Forwarded-Host": { equals: "forwarded-headers" },
              "X-Original-Forwarded-For": { equals: "1.2.3.4" },
            },
          },
        },
        {
          headers: {
            "X-Forwarded-Port": "1234",
            "X-Forwarded-Proto": "myproto",
            "X-Forwarded-For": "1.2.3.4",
            "X-Forwarded-Host": "myhost",
          },
        },
      ),
    ],
  },
  {
    title: "blocked addresses are 403",
    controller: { configMap: { "block-cidrs": "172.16.0.0/12,192.168.0.0/16,10.0.0.0/8" } },
    objects: [ingress("b", "b")],
    requests: [get("http://b/", { status: 403 }, { clientIP: "10.1.2.3" })],
  },
  {
    title: "server-tokens shows nginx",
    controller: { configMap: { "server-tokens": "true" } },
    objects: [ingress("s", "s")],
    requests: [get("http://s/", { responseHeaders: { Server: { contains: ["nginx"] } } })],
  },
  {
    title: "several add-headers, proxy-set-headers",
    controller: {
      configMap: { "add-headers": "e2e/more", "proxy-set-headers": "e2e/set" },
    },
    objects: [
      data("ConfigMap", "more", { "X-First": "one", "X-Second": "two" }),
      data("ConfigMap", "set", { "X-Set": "$host", "X-Fixed": "42" }),
      ingress("h", "h.com"),
    ],
    requests: [
      get("http://h.com/", {
        responseHeaders: { "X-First": { equals: "one" }, "X-Second": { equals: "two" } },
        upstreamRequest: {
          headers: { "X-Set": { equals: "h.com" }, "X-Fixed": { equals: "42" } },
        },
      }),
    ],
  },
  {
    title: "HSTS: max-age, preload, and none",
    controller: { configMap: { "hsts-max-age": "86400", "hsts-preload": "true" } },
    objects: [ingress("t", "t.com", { tls: "t" })],
    requests: [
      get("https://t.com/", {
        responseHeaders: {
          "Strict-Transport-Security": {
            equals: "max-age=86400; includeSubDomains; preload",
          },
        },
      }),
    ],
  },
  {
    title: "no-tls-redirect-locations",
    controller: { configMap: { "no-tls-redirect-locations": "/check-no-tls" } },
    objects: [ingress("t", "t.com", { tls: "t", paths: ["/", "/check-no-tls"] })],
    requests: [
      get("http://t.com/check-no-tls", { status: 200 }),
      get("http://t.com/x", {
        status: 308,
        responseHeaders: { Location: { equals: "https://t.com/x" } },
      }),
    ],
  },
  {
    title: "disable-svc-external-name",
    controller: { flags: ["--disable-svc-external-name=true"] },
    objects: [
      service("ext", { type: "ExternalName", externalName: "echo.e2e.svc.cluster.local" }),
      ingress("e", "e.com", { backend: "ext" }),
    ],
    requests: [get("http://e.com/", { statusClass: "5xx" })],
  },
  {
    title: "ExternalName with a name that does not resolve is 502 or 503",
    objects: [
      service("ext", { type: "ExternalName", externalName: "invalid.hostname" }),
      ingress("e", "e.com", { backend: "ext" }),
    ],
    requests: [get("http://e.com/", { status: 502 })],
  },
  {
    title: "ExternalName by a port name, and without ports",
    objects: [
      service("named", {
        type: "ExternalName",
        externalName: "echo.e2e.svc.cluster.local.",
        ports: [{ name: "web", port: 80, protocol: "TCP", targetPort: 80 }],
      }),
      service("bare", {
        type: "ExternalName",
        externalName: "echo.e2e.svc.cluster.local",
        ports: [],
      }),
      ingress("n", "n.com", {
        spec: {
          rules: [
            {
              host: "n.com",
              http: {
                paths: [
                  {
                    path: "/",
                    pathType: "Prefix",
                    backend: { service: { name: "named", port: { name: "web" } } },
                  },
                ],
              },
            },
          ],
        },
      }),
      ingress("b", "b.com", { backend: "bare" }),
    ],
    requests: [get("http://n.com/", { status: 200 }), get("http://b.com/", { status: 200 })],
  },
  {
    title: "satisfy any: an address or a password",
    objects: [
      data("Secret", "test", { auth: "foo:{SHA}Ys23Ag/5IOWqZCw9QGaVDdHwH00=" }),
      ingress("s", "s.com", {
        annotations: {
          "auth-type": "basic",
          "auth-secret": "test",
          satisfy: "any",
          "allowlist-source-range": "18.0.0.0/8",
        },
      }),
    ],
    requests: [
      get("http://s.com/", { status: 401 }),
      get("http://s.com/", { status: 200 }, { basicAuth: ["foo", "bar"] }),
    ],
  },
  {
    title: "custom default backend annotation answers for a Service without endpoints",
    endpoints: { "e2e/echo": 0 },
    objects: [ingress("d", "default-backend", { annotations: { "default-backend": "other" } })],
    requests: [
      get("http://default-backend/alma/armud", {
        status: 200,
        backend: other,
        upstreamRequest: {
          headers: {
            "X-Code": { equals: "503" },
            "X-Ingress-Name": { equals: "d" },
            "X-Service-Name": { equals: "echo" },
            "X-Namespace": { equals: "e2e" },
          },
        },
      }),
    ],
  },
  {
    title: "custom-http-errors from the ConfigMap go to the default backend service",
    controller: {
      configMap: { "custom-http-errors": "404,503" },
      flags: ["--default-backend-service=e2e/other"],
    },
    backends: { "e2e/echo": [{ when: { pathPrefix: "/missing" }, respond: { status: 404 } }] },
    objects: [ingress("c", "c.com")],
    requests: [
      get("http://c.com/missing", {
        backend: other,
        upstreamRequest: {
          headers: { "X-Code": { equals: "404" }, "X-Original-Uri": { equals: "/missing" } },
        },
      }),
      get("http://c.com/there", { status: 200, backend: echo }),
    ],
  },
  {
    title: "limit-rps with burst, limit status",
    controller: { configMap: { "limit-req-status-code": "429" } },
    objects: [
      ingress("l", "l.com", {
        annotations: { "limit-rps": "1", "limit-burst-multiplier": "2" },
      }),
    ],
    requests: [get("http://l.com/", { statusCounts: { "200": 3, "429": 7 } }, { concurrent: 10 })],
  },
  {
    title: "proxy-body-size is 413, 0 allows all",
    objects: [
      ingress("s", "s.com", { annotations: { "proxy-body-size": "1k" } }),
      ingress("u", "u.com", { annotations: { "proxy-body-size": "0" } }),
    ],
    requests: [
      get(
        "http://s.com/",
        { status: 413, bodyContains: ["413 Request Entity Too Large"] },
        { method: "POST", body: "x".repeat(1025) },
      ),
      get("http://s.com/", { status: 200 }, { method: "POST", body: "x".repeat(1024) }),
      get("http://u.com/", { status: 200 }, { method: "POST", body: "x".repeat(2 ** 20 + 1) }),
    ],
    logs: [{ contains: "client intended to send too large body: 1025 bytes" }],
  },
  {
    title: "a silent endpoint is 504 after three tries",
    backends: { "e2e/echo": [{ when: {}, respond: { status: 200, delaySeconds: 100 } }] },
    objects: [ingress("s", "s.com", { annotations: { "proxy-read-timeout": "2" } })],
    requests: [get("http://s.com/", { status: 504, bodyContains: ["504 Gateway Time-out"] })],
    logs: [
      {
        contains:
          "upstream timed out (110: Operation timed out) while reading response header from upstream",
      },
    ],
  },
  {
    title: "a path that is no valid path drops the Ingress",
    objects: [
      ingress("bad", "bad.com", {
        paths: ["/foo[a"],
        pathType: "ImplementationSpecific",
        annotations: { "use-regex": "true" },
      }),
      ingress("good", "good.com"),
    ],
    requests: [get("http://good.com/", { statusClass: "4xx" })].slice(1),
  },
  {
    title: "an alias that nobody has is 404",
    objects: [ingress("a", "foo", { annotations: { "server-alias": "baz" } })],
    requests: [
      get("http://foo/", { status: 200 }),
      get("http://baz/", { status: 200 }),
      get("http://bar/", { status: 404 }),
    ],
  },
  {
    title: "session affinity: expires, max-age, path, domain, samesite",
    objects: [
      ingress("a", "a.com", {
        paths: ["/something"],
        annotations: {
          affinity: "cookie",
          "session-cookie-name": "ExpiresCookie",
          "session-cookie-expires": "172800",
          "session-cookie-max-age": "259200",
          "session-cookie-domain": "a.com",
          "session-cookie-samesite": "Strict",
          "session-cookie-secure": "true",
        },
      }),
    ],
    requests: [
      get("http://a.com/something", {
        responseHeaders: {
          "Set-Cookie": {
            contains: [
              "ExpiresCookie=",
              "Max-Age=259200",
              "Path=/something",
              "Domain=a.com",
              "SameSite=Strict",
              "; Secure",
            ],
            expiresInSeconds: 172800,
          },
        },
      }),
    ],
  },
  {
    title: "snippets: dropped when not allowed, set when allowed",
    controller: {
      configMap: { "allow-snippet-annotations": "true", "annotations-risk-level": "Critical" },
    },
    objects: [
      ingress("s", "s.com", {
        annotations: { "configuration-snippet": 'more_set_headers "Foo1: Bar1";' },
      }),
    ],
    requests: [get("http://s.com/", { responseHeaders: { Foo1: { equals: "Bar1" } } })],
  },
  {
    title: "HEAD, keep-alive and errors have nginx' pages",
    objects: [ingress("e", "e.com", { backend: "missing" })],
    requests: [
      get("http://e.com/", {
        status: 503,
        bodyContains: ["<center><h1>503 Service Temporarily Unavailable</h1></center>"],
        responseHeaders: {
          "Content-Type": { equals: "text/html" },
          "Content-Length": { equals: "190" },
        },
      }),
      get("http://nobody.com/", {
        status: 404,
        responseHeaders: { "Content-Length": { equals: "146" } },
      }),
    ],
    logs: [
      { contains: `Error obtaining Endpoints for Service "e2e/missing": no object matching key` },
    ],
  },
  {
    title: "proxy cookies and Location are rewritten",
    backends: {
      "e2e/echo": [
        {
          when: {},
          respond: {
            status: 302,
            headers: {
              Location: "http://hello.com/x",
              "Set-Cookie": "a=b; Domain=one.com; Path=/one/",
            },
          },
        },
      ],
    },
    objects: [
      ingress("p", "p.com", {
        annotations: {
          "proxy-redirect-from": "http://hello.com/",
          "proxy-redirect-to": "http://goodbye.com/",
          "proxy-cookie-domain": "one.com two.com",
          "proxy-cookie-path": "/one/ /two/",
        },
      }),
    ],
    requests: [
      get("http://p.com/", {
        status: 302,
        responseHeaders: {
          Location: { equals: "http://goodbye.com/x" },
          "Set-Cookie": { equals: "a=b; Domain=two.com; Path=/two/" },
        },
      }),
    ],
  },
  {
    title: "a Secret of another namespace needs allow-cross-namespace-resources",
    controller: { configMap: { "allow-cross-namespace-resources": "true" } },
    objects: [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "otherns" } },
      {
        ...data("Secret", "test", { auth: "foo:{SHA}Ys23Ag/5IOWqZCw9QGaVDdHwH00=" }),
        metadata: { name: "test", namespace: "otherns" },
      },
      ingress("auth", "auth", {
        annotations: { "auth-type": "basic", "auth-secret": "otherns/test" },
      }),
    ],
    requests: [
      get("http://auth/", { status: 401 }),
      get("http://auth/", { status: 200 }, { basicAuth: ["foo", "bar"] }),
    ],
  },
  {
    title: "deep inspection drops an Ingress with nginx directives in its path",
    objects: [
      ingress("invalidregex", "inspection123.com", {
        paths: ["/bla{alias /var/run/secrets/;}location ~* ^/abcd"],
      }),
      ingress("valid", "inspection123.com", { paths: ["/xpto"] }),
    ],
    requests: [
      get("http://inspection123.com/xpto", { status: 200 }),
      get("http://inspection123.com/bla", { status: 404 }),
      get("http://inspection123.com/abcd/", { status: 404 }),
    ],
  },
  {
    title: "webhook: a canary may overlap, another class is not its business",
    controller: { admissionWebhook: true },
    objects: [ingress("first", "admission-test")],
    then: [
      {
        apply: [
          ingress("second", "admission-test", {
            annotations: { canary: "true", "canary-by-header": "CanaryByHeader" },
          }),
        ],
        applyExpect: "accepted",
      },
      {
        apply: [
          ingress("foreign", "admission-test", {
            annotations: { "configuration-snippet": "invalid directive" },
            spec: { ingressClassName: "nginx-other" },
          }),
        ],
        applyExpect: "accepted",
      },
      {
        apply: [
          ingress("snippet", "snippet-test", {
            annotations: { "configuration-snippet": "invalid directive" },
          }),
        ],
        applyExpect: "rejected",
        kubectlApplyOutput:
          'Error from server (BadRequest): error when creating "STDIN": admission webhook ' +
          '"validate.nginx.ingress.kubernetes.io" denied the request: ' +
          "nginx.ingress.kubernetes.io/configuration-snippet annotation cannot be used. " +
          "Snippet directives are disabled by the Ingress administrator",
      },
    ],
  },
  {
    title: "a ConfigMap change reloads, an endpoint does not",
    controller: { configMap: {} },
    objects: [ingress("a", "a.com")],
    requests: [get("http://a.com/", { status: 200 })],
    then: [
      {
        endpoints: { "e2e/echo": 3 },
        reload: false,
        requests: [get("http://a.com/", { status: 200, perEndpoint: { count: 3 } }, { repeat: 9 })],
      },
    ],
  },
  {
    title: "class: the annotation alone, another annotation, and both",
    objects: [
      { ...ingress("a", "a.com"), metadata: withClass("a", "nginx"), spec: classless("a.com") },
      { ...ingress("b", "b.com"), metadata: withClass("b", "other"), spec: classless("b.com") },
    ] as Ingress[],
    requests: [get("http://a.com/", { status: 200 }), get("http://b.com/", { status: 404 })],
  },
  {
    title: "class: --watch-ingress-without-class takes the classless in, not other classes",
    controller: { flags: ["--watch-ingress-without-class=true"] },
    objects: [
      { ...ingress("a", "a.com"), spec: classless("a.com") },
      { ...ingress("b", "b.com"), metadata: withClass("b", "other"), spec: classless("b.com") },
    ] as Ingress[],
    requests: [get("http://a.com/", { status: 200 }), get("http://b.com/", { status: 404 })],
  },
  {
    title: "class: removing it ends the service",
    objects: [ingress("a", "a.com")],
    requests: [get("http://a.com/", { status: 200 })],
    then: [
      {
        apply: [{ ...ingress("a", "a.com"), spec: classless("a.com") } as Ingress],
        requests: [get("http://a.com/", { status: 404 })],
      },
    ],
  },
  {
    title: "disable-catch-all ignores a card with a default backend only, also when it becomes one",
    controller: { flags: ["--disable-catch-all=true"] },
    objects: [ingress("a", "a.com")],
    requests: [get("http://a.com/", { status: 200 })],
    then: [
      {
        apply: [
          {
            ...ingress("a", "a.com"),
            spec: {
              ingressClassName: "nginx",
              defaultBackend: { service: { name: "echo", port: { number: 80 } } },
            },
          } as Ingress,
        ],
        requests: [get("http://a.com/", { status: 404 }), get("http://else.com/", { status: 404 })],
      },
    ],
  },
  {
    title: "affinity persistent: stays while endpoints come, goes on when they went",
    endpoints: { "e2e/echo": 5 },
    objects: [
      ingress("a", "a.com", {
        annotations: {
          affinity: "cookie",
          "affinity-mode": "persistent",
          "session-cookie-name": "hello-cookie",
        },
      }),
    ],
    requests: [
      {
        ...get("http://a.com/", { status: 200 }),
        capture: { cookie: "hello-cookie" },
      },
    ],
    then: [
      {
        endpoints: { "e2e/echo": 9 },
        requests: [
          get(
            "http://a.com/",
            { status: 200, sameEndpointAsCaptured: "hello-cookie" },
            { cookies: { "hello-cookie": "$captured:hello-cookie" }, repeat: 5 },
          ),
        ],
      },
      {
        endpoints: { "e2e/echo": 0 },
        requests: [
          get(
            "http://a.com/",
            { status: 503 },
            {
              cookies: { "hello-cookie": "$captured:hello-cookie" },
            },
          ),
        ],
      },
    ],
  },
  {
    title: "upstream-hash-by with a subset uses that many endpoints",
    endpoints: { "e2e/echo": 5 },
    objects: [
      ingress("h", "h.com", {
        annotations: {
          "upstream-hash-by": "$request_uri",
          "upstream-hash-by-subset": "true",
          "upstream-hash-by-subset-size": "3",
        },
      }),
    ],
    requests: [get("http://h.com/", { distinctEndpoints: 3 }, { repeat: 30 })],
  },
  {
    title: "ewma reaches every endpoint",
    controller: { configMap: { "load-balance": "ewma" } },
    endpoints: { "e2e/echo": 3 },
    objects: [ingress("h", "h.com")],
    requests: [get("http://h.com/", { distinctEndpoints: 3 }, { repeat: 60 })],
  },
  {
    title: "a Service with a named targetPort and two ports",
    objects: [
      service("two", {
        selector: { app: "two" },
        ports: [
          { name: "http", port: 80, protocol: "TCP", targetPort: 80 },
          { name: "admin", port: 8080, protocol: "TCP", targetPort: 8080 },
        ],
      }),
      ingress("t", "t.com", {
        spec: {
          rules: [
            {
              host: "t.com",
              http: {
                paths: [
                  {
                    path: "/admin",
                    pathType: "Prefix",
                    backend: { service: { name: "two", port: { name: "admin" } } },
                  },
                  {
                    path: "/",
                    pathType: "Prefix",
                    backend: { service: { name: "two", port: { number: 80 } } },
                  },
                  {
                    path: "/none",
                    pathType: "Prefix",
                    backend: { service: { name: "two", port: { number: 81 } } },
                  },
                ],
              },
            },
          ],
        },
      }),
    ],
    requests: [
      get("http://t.com/admin", { backend: { service: "two", port: 8080 } }),
      get("http://t.com/", { backend: { service: "two", port: 80 } }),
      get("http://t.com/none", { status: 503 }),
    ],
  },
  {
    title: "disable-access-log writes none",
    controller: { configMap: { "disable-access-log": "true" } },
    objects: [ingress("a", "a.com")],
    requests: [get("http://a.com/silent", { status: 200 })],
    logs: [{ notContains: "/silent" }],
  },
  {
    title: "log-format-upstream",
    controller: {
      configMap: {
        "log-format-upstream":
          "$namespace/$ingress_name->$service_name:$service_port $status $request_method $uri",
      },
    },
    objects: [ingress("a", "a.com")],
    requests: [get("http://a.com/x", { status: 200 })],
    logs: [{ contains: "e2e/a->echo:80 200 GET /x" }],
  },
  {
    title: "X-Forwarded-Port with another port for http",
    controller: { flags: ["--http-port=1080", "--https-port=1443"] },
    objects: [ingress("a", "a.com")],
    requests: [
      get("http://a.com/", {
        upstreamRequest: { headers: { "X-Forwarded-Port": { equals: "1080" } } },
      }),
    ],
  },
  {
    title: "a regular expression that would hang is an explained 500, and the next guest is served",
    objects: [
      ingress("r", "r.com", {
        paths: ["/(a|a)*b$", "/fine"],
        pathType: "ImplementationSpecific",
        annotations: { "use-regex": "true" },
      }),
    ],
    requests: [
      get(`http://r.com/${"a".repeat(200)}`, { status: 500 }),
      get("http://r.com/fine", { status: 200 }),
    ],
    logs: [{ contains: "pcre2_match() failed: -47" }],
  },
];

test.each(rows.map((row) => [row.title, row] as const))("%s", async (_, row) => {
  expect((await runCase(caseOf(row))).complaints).toEqual([]);
});
