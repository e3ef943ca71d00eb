// What kubectl sends as protobuf. The messages are written by a small encoder here, by the field
// numbers of generated.proto; test/e2e/kubectl has the real ones.

import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { utf8 } from "../../src/base/bytes.ts";
import { world } from "./world.ts";

const headers = { "content-type": "application/vnd.kubernetes.protobuf" };

/** A message: numbers of fields and their values; the empty text is what Go sends always. */
type Message = readonly (readonly [number, string | number | Message])[];

function encode(message: Message): number[] {
  return message.flatMap(([number, value]) => {
    if (typeof value === "number") return [...varint(number << 3), ...varint(value)];
    const bytes = typeof value === "string" ? [...utf8(value)] : encode(value);
    return [...varint((number << 3) | 2), ...varint(bytes.length), ...bytes];
  });
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

function envelope(apiVersion: string, kind: string, object: Message): Uint8Array {
  const typeMeta: Message = [
    [1, apiVersion],
    [2, kind],
  ];
  const unknown = [...encode([[1, typeMeta]]), ...encode([[2, object]]), ...encode([[3, ""]])];
  return new Uint8Array([...utf8("k8s\0"), ...unknown]);
}

const meta: Message = [
  [1, "web"],
  [2, ""],
  [3, "default"],
  [8, []],
  [
    11,
    [
      [1, "app"],
      [2, "web"],
    ],
  ],
];

describe("kubectl create", () => {
  test("deployment: nested messages, pointers, what Go always sends", async () => {
    const container: Message = [
      [1, "nginx"],
      [2, "nginx"],
      [
        6,
        [
          [1, ""],
          [2, 0],
          [3, 80],
          [4, ""],
          [5, ""],
        ],
      ],
      [16, 0],
    ];
    const spec: Message = [
      [1, 0],
      [
        2,
        [
          [
            1,
            [
              [1, "app"],
              [2, "web"],
            ],
          ],
        ],
      ],
      [
        3,
        [
          [1, meta],
          [
            2,
            [
              [2, container],
              [3, ""],
              [11, 0],
            ],
          ],
        ],
      ],
      [4, [[1, ""]]],
      [5, 0],
    ];
    const body = envelope("apps/v1", "Deployment", [
      [1, meta],
      [2, spec],
    ]);
    const answer = await world().rest(
      "POST /apis/apps/v1/namespaces/default/deployments",
      body,
      headers,
    );
    expect(answer.body).toMatchObject({
      metadata: { name: "web", labels: { app: "web" } },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: "web" } },
        template: { spec: { containers: [{ name: "nginx", ports: [{ containerPort: 80 }] }] } },
      },
    });
    expect(answer.body).not.toHaveProperty("spec.minReadySeconds");
    expect(answer.body).not.toHaveProperty("spec.template.spec.hostNetwork");
  });

  test("ingress: inline structs", async () => {
    const backend: Message = [
      [
        4,
        [
          [1, "web"],
          [
            2,
            [
              [1, ""],
              [2, 80],
            ],
          ],
        ],
      ],
    ];
    const path: Message = [
      [1, "/x"],
      [2, backend],
      [3, "Prefix"],
    ];
    const rule: Message = [
      [1, "a.example"],
      [2, [[1, [[1, path]]]]],
    ];
    const body = envelope("networking.k8s.io/v1", "Ingress", [
      [1, meta],
      [2, [[3, rule]]],
    ]);
    const url = "POST /apis/networking.k8s.io/v1/namespaces/default/ingresses";
    expect((await world().rest(url, body, headers)).body).toMatchObject({
      spec: {
        rules: [
          {
            host: "a.example",
            http: {
              paths: [
                {
                  path: "/x",
                  pathType: "Prefix",
                  backend: { service: { name: "web", port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    });
  });

  test("configmap and secret: maps, bytes and empty values", async () => {
    const it = world();
    const map = envelope("v1", "ConfigMap", [
      [1, meta],
      [
        2,
        [
          [1, "a"],
          [2, "b"],
        ],
      ],
      [2, [[1, "c"]]],
    ]);
    const path = "POST /api/v1/namespaces/default";
    expect((await it.rest(`${path}/configmaps`, map, headers)).body).toMatchObject({
      data: { a: "b", c: "" },
    });
    const secret = envelope("v1", "Secret", [
      [1, meta],
      [
        2,
        [
          [1, "k"],
          [2, "\0v"],
        ],
      ],
      [3, "Opaque"],
    ]);
    expect((await it.rest(`${path}/secrets`, secret, headers)).body).toMatchObject({
      data: { k: "AHY=" },
      type: "Opaque",
    });
  });

  test("service: int or string", async () => {
    const port = (target: Message): Message => [
      [1, "p"],
      [2, "TCP"],
      [3, 80],
      [4, target],
      [5, 0],
    ];
    const spec: Message = [
      [
        1,
        port([
          [1, 1],
          [2, 0],
          [3, "http"],
        ]),
      ],
      [4, "ClusterIP"],
    ];
    const body = envelope("v1", "Service", [
      [1, meta],
      [2, spec],
    ]);
    const answer = await world().rest("POST /api/v1/namespaces/default/services", body, headers);
    expect(answer.body).toMatchObject({ spec: { ports: [{ port: 80, targetPort: "http" }] } });
  });
});

test.each([
  [
    utf8("{}"),
    "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]",
  ],
  [envelope("v1", "Nobody", []), 'no kind "Nobody" is registered for version "v1" in protobuf'],
])("what is none: %#", async (body, message) => {
  const answer = await world().rest("POST /api/v1/namespaces/default/configmaps", body, headers);
  expect(answer.body).toMatchObject({ code: 400, message });
});

test("broken bytes are refused, whatever they are", async () => {
  const { rest } = world();
  const good = envelope("v1", "ConfigMap", [
    [1, meta],
    [
      2,
      [
        [1, "a"],
        [2, "b"],
      ],
    ],
  ]);
  const broken = fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(good.length));
  await fc.assert(
    fc.asyncProperty(broken, async ([noise, at]) => {
      const body = new Uint8Array([...good.subarray(0, at), ...noise]);
      const url = "POST /api/v1/namespaces/default/configmaps?dryRun=All";
      expect([201, 400, 422]).toContain((await rest(url, body, headers)).status);
    }),
    { numRuns: 300 },
  );
});
