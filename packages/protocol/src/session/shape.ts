import { isJsonObject } from '../parsed.ts';

/** The part of JSON Schema (draft 2020-12) that the frames need; the documents of the wire are made from it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a JSON value must look like: its schema, and a reader that answers undefined to anything else. Never throws. */
export interface Shape<Value> {
  readonly schema: JsonSchema;
  readonly read: (value: unknown) => Value | undefined;
}

export type ValueOf<OfShape> = OfShape extends Shape<infer Value> ? Value : never;

type Fields = Readonly<Record<string, Shape<unknown>>>;
type ValuesOf<OfFields extends Fields> = {
  readonly [Key in keyof OfFields]: ValueOf<OfFields[Key]>;
};
type Flat<Value> = { readonly [Key in keyof Value]: Value[Key] };

/* @__NO_SIDE_EFFECTS__ */
export function literal<const Value extends string | number>(value: Value): Shape<Value> {
  return { schema: { const: value }, read: (seen) => (seen === value ? value : undefined) };
}

/* @__NO_SIDE_EFFECTS__ */
export function oneOf<const Values extends readonly (string | number)[]>(
  ...values: Values
): Shape<Values[number]> {
  return { schema: { enum: values }, read: (seen) => values.find((value) => value === seen) };
}

export const flag: Shape<boolean> = {
  schema: { type: 'boolean' },
  read: (seen) => (typeof seen === 'boolean' ? seen : undefined),
};

/** A whole number that a double holds exactly (RFC 8259 section 6). */
/* @__NO_SIDE_EFFECTS__ */
export function whole(minimum: number, maximum = Number.MAX_SAFE_INTEGER): Shape<number> {
  return {
    schema: { type: 'integer', minimum, maximum },
    read: (seen) =>
      typeof seen === 'number' && Number.isSafeInteger(seen) && seen >= minimum && seen <= maximum
        ? seen
        : undefined,
  };
}

/** A text of so many UTF-16 code units. */
/* @__NO_SIDE_EFFECTS__ */
export function text(minLength: number, maxLength: number): Shape<string> {
  return {
    schema: { type: 'string', minLength, maxLength },
    read: (seen) =>
      typeof seen === 'string' && seen.length >= minLength && seen.length <= maxLength
        ? seen
        : undefined,
  };
}

/* @__NO_SIDE_EFFECTS__ */
export function list<Item>(item: Shape<Item>, maxItems: number): Shape<readonly Item[]> {
  return {
    schema: { type: 'array', items: item.schema, maxItems },
    read: (seen) => {
      if (!Array.isArray(seen) || seen.length > maxItems) return undefined;
      const items: Item[] = [];
      for (const each of seen as readonly unknown[]) {
        const read = item.read(each);
        if (read === undefined) return undefined;
        items.push(read);
      }
      return items;
    },
  };
}

/* @__NO_SIDE_EFFECTS__ */
export function nullable<Value>(shape: Shape<Value>): Shape<Value | null> {
  return {
    schema: { oneOf: [{ type: 'null' }, shape.schema] },
    read: (seen) => (seen === null ? null : shape.read(seen)),
  };
}

/** An object with these keys; others are ignored. An optional key may be absent, but not wrong. */
/* @__NO_SIDE_EFFECTS__ */
export function object<Required extends Fields, Optional extends Fields = Record<never, never>>(
  required: Required,
  optional?: Optional,
): Shape<Flat<ValuesOf<Required> & Partial<ValuesOf<Optional>>>> {
  const fields: Fields = { ...required, ...optional };
  const properties = Object.fromEntries(
    Object.entries(fields).map(([key, shape]) => [key, shape.schema]),
  );
  return {
    schema: { type: 'object', properties, required: Object.keys(required) },
    read: (seen) => {
      const values = readFields(fields, required, seen);
      return values as Flat<ValuesOf<Required> & Partial<ValuesOf<Optional>>> | undefined;
    },
  };
}

function readFields(
  fields: Fields,
  required: Fields,
  seen: unknown,
): Readonly<Record<string, unknown>> | undefined {
  if (!isJsonObject(seen)) return undefined;
  const values: Record<string, unknown> = {};
  for (const [key, shape] of Object.entries(fields)) {
    const isPresent = Object.hasOwn(seen, key);
    if (!isPresent && !Object.hasOwn(required, key)) continue;
    const value = isPresent ? shape.read(seen[key]) : undefined;
    if (value === undefined) return undefined;
    values[key] = value;
  }
  return values;
}
