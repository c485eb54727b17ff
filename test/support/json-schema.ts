/** Compares a value with a JSON schema: with the few words of it that dumbo's own schemas use. */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly description?: string;
}

const KNOWN = new Set([
  "$ref",
  "type",
  "const",
  "enum",
  "anyOf",
  "items",
  "minItems",
  "maxItems",
  "pattern",
  "properties",
  "required",
  "additionalProperties",
  "description",
]);

/**
 * What is wrong with a value, as `path: what`; empty if nothing is.
 * @throws for a word of the schema that is not known here: it would be left out silently
 */
export function mismatches(
  value: unknown,
  schema: Schema,
  defs: Readonly<Record<string, Schema>>,
  path = "$",
): string[] {
  for (const word of Object.keys(schema)) if (!KNOWN.has(word)) throw new Error(`the schema uses "${word}"`);
  if (schema.$ref !== undefined) {
    const found = defs[schema.$ref.replace("#/$defs/", "")];
    if (!found) throw new Error(`nothing is defined at ${schema.$ref}`);
    return mismatches(value, found, defs, path);
  }
  if (schema.anyOf) {
    const all = schema.anyOf.map((one) => mismatches(value, one, defs, path));
    return all.some((wrong) => wrong.length === 0)
      ? []
      : [`${path}: is none of several (${all.map(([first]) => first).join("; ")})`];
  }
  const wrong: string[] = [];
  if ("const" in schema && value !== schema.const) wrong.push(`${path}: is not ${JSON.stringify(schema.const)}`);
  if (schema.enum && !schema.enum.includes(value))
    wrong.push(`${path}: ${JSON.stringify(value)} is none of ${schema.enum}`);
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => isOf(value, type as string)))
    wrong.push(`${path}: is no ${types.join(" or ")}`);
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(String(value)))
    wrong.push(`${path}: does not match`);
  if (Array.isArray(value)) wrong.push(...ofItems(value, schema, defs, path));
  else if (isOf(value, "object")) wrong.push(...ofProperties(value as Record<string, unknown>, schema, defs, path));
  return wrong;
}

function ofItems(
  value: readonly unknown[],
  { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY }: Schema,
  defs: Readonly<Record<string, Schema>>,
  path: string,
): string[] {
  const wrong = value.length < minItems || value.length > maxItems ? [`${path}: has ${value.length} items`] : [];
  if (!items) return wrong;
  return [...wrong, ...value.flatMap((item, index) => mismatches(item, items, defs, `${path}[${index}]`))];
}

function ofProperties(
  value: Readonly<Record<string, unknown>>,
  { properties = {}, required = [], additionalProperties = true }: Schema,
  defs: Readonly<Record<string, Schema>>,
  path: string,
): string[] {
  const missing = required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${path}.${name}: is missing`);
  const others = Object.entries(value).flatMap(([name, one]) => {
    const schema = properties[name];
    if (schema) return mismatches(one, schema, defs, `${path}.${name}`);
    return additionalProperties ? [] : [`${path}.${name}: is not in the schema`];
  });
  return [...missing, ...others];
}

function isOf(value: unknown, type: string): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
