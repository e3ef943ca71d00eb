// What names, labels, keys and ports may look like. Each check gives the list of what is wrong
// with the value, in upstream's words; an empty list means that it is fine.
// Models apimachinery pkg/util/validation/validation.go and pkg/api/validation/path/name.go.

/** A pattern that a whole value must match, as messages quote it and ready to test. */
interface Shape {
  readonly source: string;
  readonly whole: RegExp;
}

const shape = (source: string): Shape => ({ source, whole: new RegExp(`^(?:${source})$`) });

const dnsLabel = shape("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
const dnsSubdomain = shape(`${dnsLabel.source}(\\.${dnsLabel.source})*`);
const dns1035 = shape("[a-z]([-a-z0-9]*[a-z0-9])?");
const wildcard = shape(`\\*\\.${dnsSubdomain.source}`);
const qualified = shape("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
const labelValue = shape(`(${qualified.source})?`);
const configKey = shape("[-._a-zA-Z0-9]+");
const envName = shape("[-._a-zA-Z][-._a-zA-Z0-9]*");
const httpPath = shape("[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+");
const portName = shape("[-a-z0-9]+");
const percent = shape("[0-9]+%");
const headerName = shape("[-A-Za-z0-9]+");

function matches({ whole }: Shape, value: string): boolean {
  return whole.test(value);
}

/** Bytes in UTF-8: at most three a UTF-16 unit, so that most values need no counting. */
function tooLong(value: string, bytesMax: number): string[] {
  const fits = value.length * 3 <= bytesMax || new TextEncoder().encode(value).length <= bytesMax;
  return fits ? [] : [`must be no more than ${bytesMax} bytes`];
}

/** The sentence for a value that does not match, with examples of what does. */
function mismatch(rule: string, { source }: Shape, ...examples: readonly string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(" or ");
  const lead = examples.length > 0 ? `${rule} (e.g. ${shown}` : `${rule} (`;
  return `${lead}regex used for validation is '${source}')`;
}

const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, " +
  "'-' or '.', and must start and end with an alphanumeric character";

export function dnsSubdomainErrors(value: string): string[] {
  const errors = tooLong(value, 253);
  if (!matches(dnsSubdomain, value)) {
    errors.push(mismatch(subdomainRule, dnsSubdomain, "example.com"));
  }
  return errors;
}

export function dnsLabelErrors(value: string): string[] {
  const errors = tooLong(value, 63);
  if (matches(dnsLabel, value)) return errors;
  const rule =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', " +
    "and must start and end with an alphanumeric character";
  const dots = matches(dnsSubdomain, value);
  errors.push(dots ? "must not contain dots" : mismatch(rule, dnsLabel, "my-name", "123-abc"));
  return errors;
}

function dns1035LabelErrors(value: string): string[] {
  const errors = tooLong(value, 63);
  if (matches(dns1035, value)) return errors;
  const rule =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', " +
    "start with an alphabetic character, and end with an alphanumeric character";
  return [...errors, mismatch(rule, dns1035, "my-name", "abc-123")];
}

export function wildcardSubdomainErrors(value: string): string[] {
  const errors = tooLong(value, 253);
  if (matches(wildcard, value)) return errors;
  const rule =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, " +
    "which must consist of lower case alphanumeric characters, '-' or '.' and end with an " +
    "alphanumeric character";
  return [...errors, mismatch(rule, wildcard, "*.example.com")];
}

/** A label's or annotation's key: "name" or "prefix.example.com/name". */
export function qualifiedNameErrors(value: string): string[] {
  const rule =
    "must consist of alphanumeric characters, '-', '_' or '.', " +
    "and must start and end with an alphanumeric character";
  const sentence = (): string => mismatch(rule, qualified, "MyName", "my.name", "123-abc");
  const parts = value.split("/");
  if (parts.length > 2) {
    const prefix = " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    return [`a qualified name ${sentence()}${prefix}`];
  }
  const errors: string[] = [];
  if (parts.length === 2) {
    const wrong = parts[0] === "" ? ["must be non-empty"] : dnsSubdomainErrors(parts[0]!);
    errors.push(...wrong.map((one) => `prefix part ${one}`));
  }
  const name = parts.at(-1)!;
  if (name === "") errors.push("name part must be non-empty");
  else errors.push(...tooLong(name, 63).map((one) => `name part ${one}`));
  if (!matches(qualified, name)) errors.push(`name part ${sentence()}`);
  return errors;
}

export function labelValueErrors(value: string): string[] {
  const errors = tooLong(value, 63);
  if (matches(labelValue, value)) return errors;
  const rule =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' " +
    "or '.', and must start and end with an alphanumeric character";
  return [...errors, mismatch(rule, labelValue, "MyValue", "my_value", "12345")];
}

/** A key of a ConfigMap or Secret. */
export function configKeyErrors(value: string): string[] {
  const errors = tooLong(value, 253);
  if (!matches(configKey, value)) {
    const rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    errors.push(mismatch(rule, configKey, "key.name", "KEY_NAME", "key-name"));
  }
  return [...errors, ...dotsErrors(value)];
}

/** Paths that lead out of a folder. */
function dotsErrors(value: string): string[] {
  if (value === ".") return ["must not be '.'"];
  if (value === "..") return ["must not be '..'"];
  return value.startsWith("..") ? ["must not start with '..'"] : [];
}

export function envNameErrors(value: string): string[] {
  if (matches(envName, value)) return dotsErrors(value);
  const rule =
    "a valid environment variable name must consist of alphabetic characters, digits, '_', " +
    "'-', or '.', and must not start with a digit";
  const sentence = mismatch(rule, envName, "my.env-name", "MY_ENV.NAME", "MyEnvName1");
  return [sentence, ...dotsErrors(value)];
}

export function portNumberErrors(value: number): string[] {
  return rangeErrors(value, 1, 65535);
}

export function rangeErrors(value: number, min: number, max: number): string[] {
  return min <= value && value <= max ? [] : [`must be between ${min} and ${max}, inclusive`];
}

/** A port's name (IANA service name, RFC 6335, lower case only). */
export function portNameErrors(value: string): string[] {
  const errors = tooLong(value, 15);
  if (!matches(portName, value)) {
    errors.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (!/[a-z]/.test(value)) errors.push("must contain at least one letter (a-z)");
  if (value.includes("--")) errors.push("must not contain consecutive hyphens");
  if (/^-|-$/.test(value)) errors.push("must not begin or end with a hyphen");
  return errors;
}

/** A name that may stand in a URL path as one segment. */
export function pathSegmentErrors(value: string): string[] {
  if (value === "." || value === "..") return [`may not be '${value}'`];
  return ["/", "%"].filter((one) => value.includes(one)).map((one) => `may not contain '${one}'`);
}

export function percentErrors(value: string): string[] {
  if (matches(percent, value)) return [];
  const rule = "a valid percent string must be a numeric string followed by an ending '%'";
  return [mismatch(rule, percent, "1%", "93%")];
}

export function httpHeaderNameErrors(value: string): string[] {
  if (matches(headerName, value)) return [];
  const rule = "a valid HTTP header must consist of alphanumeric characters or '-'";
  return [mismatch(rule, headerName, "X-Header-Name")];
}

/** The part after the slash of "acme.io/foo". */
export function httpPathErrors(value: string): string[] {
  return matches(httpPath, value) ? [] : [mismatch("Invalid path", httpPath)];
}

/**
 * A rule for `metadata.name`. `prefix` says that the value is a `generateName`, to which a
 * suffix will be added: its trailing dash is then masked before checking.
 */
export type NameRule = (name: string, prefix: boolean) => string[];

const rule =
  (errors: (value: string) => string[]): NameRule =>
  (name, prefix) =>
    errors(prefix && name.length > 1 && name.endsWith("-") ? `${name.slice(0, -2)}a` : name);

export const nameIsSubdomain: NameRule = rule(dnsSubdomainErrors);
export const nameIsLabel: NameRule = rule(dnsLabelErrors);
export const nameIsDns1035Label: NameRule = rule(dns1035LabelErrors);
