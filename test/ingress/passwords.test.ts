// Hashes that other programs made (htpasswd, Python's crypt, Apache's documentation).

import { expect, test } from "vitest";
import { Passwords } from "../../src/ingress/passwords/htpasswd.ts";

test.each([
  ["bar", "$2a$04$abcdefghijklmnopqrstuuEnktNu4dNa/sMz6nY.lAbxawdTTajT2", true],
  ["baz", "$2a$04$abcdefghijklmnopqrstuuEnktNu4dNa/sMz6nY.lAbxawdTTajT2", false],
  ["U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", true],
  ["myPassword", "{SHA}VBPuJHI7uixaa6LQGWx4s+5GKNE=", true],
  ["other", "{SHA}VBPuJHI7uixaa6LQGWx4s+5GKNE=", false],
  ["myPassword", "$apr1$qHDFfhPC$nITSVHgYbDAK1Y0acGRnY0", true],
  ["other", "$apr1$qHDFfhPC$nITSVHgYbDAK1Y0acGRnY0", false],
  ["plain", "{PLAIN}plain", true],
  ["x", "rqXexS6ZhobKA", undefined],
])("%s and %s: %s", (password, hash, matches) => {
  expect(new Passwords().match(password, hash)).toBe(matches);
});
