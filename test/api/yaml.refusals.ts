// What kubectl 1.32 says of texts that are no YAML, recorded from the real one.

/** Text, and what stands after "error parsing FILE: ". */
export const refusals: readonly (readonly [string, string])[] = [
  [
    "a: b: c\n",
    "error converting YAML to JSON: yaml: mapping values are not allowed in this context",
  ],
  [
    "x: 1\na: b: c\n",
    "error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context",
  ],
  [
    "metadata:\n  name: web\n   namespace: x\n",
    "error converting YAML to JSON: yaml: line 3: mapping values are not allowed in this context",
  ],
  [
    "a:\n\tb: 1\n",
    "error converting YAML to JSON: yaml: line 2: found character that cannot start any token",
  ],
  [
    "x: 1\na:\n  b: 1\n\tc: 2\n",
    "error converting YAML to JSON: yaml: line 4: found a tab character that violates indentation",
  ],
  [
    "spec:\n  a: 1\n b: 2\n",
    "error converting YAML to JSON: yaml: line 2: did not find expected key",
  ],
  [
    "x: 1\nspec:\n    a: 1\n  b: 2\n",
    "error converting YAML to JSON: yaml: line 3: did not find expected key",
  ],
  [
    "x: 1\nspec:\n  a: 1\n    b: 2\n",
    "error converting YAML to JSON: yaml: line 4: mapping values are not allowed in this context",
  ],
  [
    "spec:\n  rules:\n  - host: a\n   b: 2\n",
    "error converting YAML to JSON: yaml: line 3: did not find expected key",
  ],
  [
    "spec:\n  rules:\n  - host: a\n    http:\n      paths\n      - path: /\n",
    "error converting YAML to JSON: yaml: line 6: mapping values are not allowed in this context",
  ],
  [
    'x: 1\nspec:\n  name: "abc\n  y: 2\n',
    "error converting YAML to JSON: yaml: line 5: found unexpected end of stream",
  ],
  [
    "x: 1\nspec:\n  name: 'abc\n",
    "error converting YAML to JSON: yaml: line 4: found unexpected end of stream",
  ],
  [
    "x: 1\nspec: {a: 1, b: 2\ny: 3\n",
    "error converting YAML to JSON: yaml: line 2: did not find expected ',' or '}'",
  ],
  [
    "x: 1\nspec: [1, 2\ny: 3\n",
    "error converting YAML to JSON: yaml: line 2: did not find expected ',' or ']'",
  ],
  [
    "x: 1\nspec: {a: 1, b: 2\n",
    "error converting YAML to JSON: yaml: line 2: did not find expected ',' or '}'",
  ],
  ["x: 1\ny\nz: 3\n", "error converting YAML to JSON: yaml: line 3: could not find expected ':'"],
  ["x: 1\ny\n", "error converting YAML to JSON: yaml: line 3: could not find expected ':'"],
  [
    "y\nz: 3\n",
    "error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context",
  ],
  ["x: *foo\n", "error converting YAML to JSON: yaml: unknown anchor 'foo' referenced"],
  ["x: @foo\n", "error converting YAML to JSON: yaml: found character that cannot start any token"],
  [
    "x: 1\nw: `foo`\n",
    "error converting YAML to JSON: yaml: line 2: found character that cannot start any token",
  ],
  [
    "x: 1\nspec:\n  - a\n  b: 3\n",
    "error converting YAML to JSON: yaml: line 3: did not find expected '-' indicator",
  ],
  [
    "x: 1\nspec:\n  b: 3\n  - a\n",
    "error converting YAML to JSON: yaml: line 3: did not find expected key",
  ],
  ["x: %foo\n", "error converting YAML to JSON: yaml: found character that cannot start any token"],
  [
    "x: 1\nhost: *.example.com\n",
    "error converting YAML to JSON: yaml: line 2: did not find expected alphabetic or numeric character",
  ],
  [
    'x: 1\nannotations:\n  a: "\\q"\n',
    "error converting YAML to JSON: yaml: line 3: found unknown escape character",
  ],
  [
    'x: 1\nannotations:\n  a: "foo" bar\n',
    "error converting YAML to JSON: yaml: line 2: did not find expected key",
  ],
  [
    "x: 1\nannotations:\n  a: 'foo' bar\n",
    "error converting YAML to JSON: yaml: line 2: did not find expected key",
  ],
  ["x: 1\n}\n", "error converting YAML to JSON: yaml: line 1: did not find expected key"],
  [
    "x: 1\nb: ]\n",
    "error converting YAML to JSON: yaml: line 1: did not find expected node content",
  ],
  [
    "x: 1\nb: }\n",
    "error converting YAML to JSON: yaml: line 1: did not find expected node content",
  ],
  [
    "x: 1\nb: - a\n",
    "error converting YAML to JSON: yaml: line 2: block sequence entries are not allowed in this context",
  ],
  [
    "x: 1\nb: !!int foo\n",
    "error converting YAML to JSON: yaml: cannot decode !!str `foo` as a !!int",
  ],
  [
    "x: 1\nkey with space: 1\n  foo: 2\n",
    "error converting YAML to JSON: yaml: line 3: mapping values are not allowed in this context",
  ],
  ["x: |\n  foo\n bar\n", "error converting YAML to JSON: yaml: line 2: did not find expected key"],
  ["a: &a [*a]\n", "error converting YAML to JSON: yaml: anchor 'a' value contains itself"],
  [
    "apiVersion v1\nkind: Pod\n",
    "error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context",
  ],
  [
    "apiVersion: v1\nkind Pod\nmetadata:\n  name: x\n",
    "error converting YAML to JSON: yaml: line 3: could not find expected ':'",
  ],
  [
    "apiVersion: v1\nkind: Pod\nmetadata:\nname: x\n  namespace: y\n",
    "error converting YAML to JSON: yaml: line 5: mapping values are not allowed in this context",
  ],
  [
    "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: x\n    image: y\n   - name: z\n",
    "error converting YAML to JSON: yaml: line 6: did not find expected key",
  ],
  [
    "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: x\n      image: y\n   - name: z\n",
    "error converting YAML to JSON: yaml: line 6: did not find expected key",
  ],
  [
    "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: x\n  image: y\n    foo: z\n",
    "error converting YAML to JSON: yaml: line 7: mapping values are not allowed in this context",
  ],
  [
    "apiVersion: v1\nkind: Pod\n spec:\n  x: y\n",
    "error converting YAML to JSON: yaml: line 3: mapping values are not allowed in this context",
  ],
  ["x: [a, b]]\n", "error converting YAML to JSON: yaml: did not find expected key"],
  [
    "x: {a: {b: c}\ny: 1\n",
    "error converting YAML to JSON: yaml: line 1: did not find expected ',' or '}'",
  ],
  [
    "x: 1\ny: {a: b c: d}\n",
    "error converting YAML to JSON: yaml: line 1: did not find expected ',' or '}'",
  ],
  [
    "x: 1\n\ty: 2\n",
    "error converting YAML to JSON: yaml: line 2: found a tab character that violates indentation",
  ],
  ["x:\n  - a\n - b\n", "error converting YAML to JSON: yaml: line 2: did not find expected key"],
  [
    'x: "a\ny: 1\nz: 2\n',
    "error converting YAML to JSON: yaml: line 4: found unexpected end of stream",
  ],
  [
    "x: >foo\n  a\n",
    "error converting YAML to JSON: yaml: did not find expected comment or line break",
  ],
  ["x: |x\n", "error converting YAML to JSON: yaml: did not find expected comment or line break"],
  [
    "x: 1\n\ny: &\n",
    "error converting YAML to JSON: yaml: line 3: did not find expected alphabetic or numeric character",
  ],
  [
    "x: 1\n\ny: a: 1\n    b: 2\n",
    "error converting YAML to JSON: yaml: line 3: mapping values are not allowed in this context",
  ],
  ["{a: 1\n", "json: offset 2: invalid character 'a' looking for beginning of object key string"],
  [
    '{"a": 1,}\n',
    "json: offset 9: invalid character '}' looking for beginning of object key string",
  ],
  ['{"a": 1 "b": 2}\n', "json: offset 9: invalid character '\"' after object key:value pair"],
  ["[1, 2\n", "error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'"],
  [
    "x: 1\ny: !\nz: : :\n",
    "error converting YAML to JSON: yaml: line 3: mapping values are not allowed in this context",
  ],
  ["x: 1\ny:2\nz: 3\n", "error converting YAML to JSON: yaml: line 3: could not find expected ':'"],
  ["x: \u0001\n", "error converting YAML to JSON: yaml: control characters are not allowed"],
  [
    "%YAML 3.0\n---\nx: 1\n",
    "error converting YAML to JSON: yaml: found incompatible YAML document",
  ],
  [
    "x: 1\ny: {\n  a: 1\n  b: 2\n}\n",
    "error converting YAML to JSON: yaml: line 3: did not find expected ',' or '}'",
  ],
  [
    "x: 1\ny: [\n  a\n  b: 1\n  c\n]\n",
    "error converting YAML to JSON: yaml: line 3: did not find expected ',' or ']'",
  ],
];
