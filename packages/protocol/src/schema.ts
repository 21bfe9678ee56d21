/**
 * A schema is plain data, so that one definition serves the TypeScript type, the validator that
 * runs in the browser (where a schema library would cost more than the whole client) and the
 * documentation of each field.
 */
export type Schema =
  | { readonly kind: "number" }
  | { readonly kind: "string" }
  | { readonly kind: "boolean" }
  | { readonly kind: "enum"; readonly values: readonly string[] }
  | { readonly kind: "array"; readonly of: Schema }
  | { readonly kind: "record"; readonly of: Schema }
  | { readonly kind: "object"; readonly fields: Fields }
  | { readonly kind: "nullable"; readonly of: Schema }
  | { readonly kind: "optional"; readonly of: Schema }
  | { readonly kind: "unknown" };

/** The fields of an object, by name. */
export interface Fields {
  readonly [name: string]: Schema;
}

/** A finite number. */
export interface NumberSchema {
  readonly kind: "number";
}
/** A text. */
export interface StringSchema {
  readonly kind: "string";
}
/** True or false. */
export interface BooleanSchema {
  readonly kind: "boolean";
}
/** One of some texts. */
export interface EnumSchema<V extends string> {
  readonly kind: "enum";
  readonly values: readonly V[];
}
/** A list of values of one schema. */
export interface ArraySchema<S extends Schema> {
  readonly kind: "array";
  readonly of: S;
}
/** Values of one schema by any name. */
export interface RecordSchema<S extends Schema> {
  readonly kind: "record";
  readonly of: S;
}
/** An object with these fields, and any others. */
export interface ObjectSchema<F extends Fields> {
  readonly kind: "object";
  readonly fields: F;
}
/** A value, or null. */
export interface NullableSchema<S extends Schema> {
  readonly kind: "nullable";
  readonly of: S;
}
/** A value, or nothing: absent or null. */
export interface OptionalSchema<S extends Schema> {
  readonly kind: "optional";
  readonly of: S;
}
/** Anything. */
export interface UnknownSchema {
  readonly kind: "unknown";
}

type Simplify<T> = { [K in keyof T]: T[K] };

type InferObject<F extends Fields> = Simplify<
  {
    -readonly [K in keyof F as F[K] extends OptionalSchema<Schema> ? never : K]: Infer<F[K]>;
  } & {
    -readonly [K in keyof F as F[K] extends OptionalSchema<Schema> ? K : never]?:
      | Infer<F[K]>
      | undefined;
  }
>;

/** The TypeScript type of the values that a schema accepts. */
export type Infer<S> = S extends NumberSchema
  ? number
  : S extends StringSchema
    ? string
    : S extends BooleanSchema
      ? boolean
      : S extends EnumSchema<infer V>
        ? V
        : S extends ArraySchema<infer E>
          ? Infer<E>[]
          : S extends RecordSchema<infer E>
            ? Record<string, Infer<E>>
            : S extends ObjectSchema<infer F>
              ? InferObject<F>
              : S extends NullableSchema<infer E>
                ? Infer<E> | null
                : S extends OptionalSchema<infer E>
                  ? Infer<E>
                  : unknown;

/** A finite number. */
export const number: NumberSchema = { kind: "number" };
/** A text. */
export const string: StringSchema = { kind: "string" };
/** True or false. */
export const boolean: BooleanSchema = { kind: "boolean" };
/** Anything. */
export const unknown: UnknownSchema = { kind: "unknown" };

/** One of these texts. */
export function oneOf<const V extends string>(...values: V[]): EnumSchema<V> {
  return { kind: "enum", values };
}
/** A list of such values. */
export function array<S extends Schema>(of: S): ArraySchema<S> {
  return { kind: "array", of };
}
/** Such values by any name. */
export function record<S extends Schema>(of: S): RecordSchema<S> {
  return { kind: "record", of };
}
/** Keys that the schema does not name are kept as they are: a newer peer may know more. */
export function object<const F extends Fields>(fields: F): ObjectSchema<F> {
  return { kind: "object", fields };
}
/** Such a value, or null where it is unknown. */
export function nullable<S extends Schema>(of: S): NullableSchema<S> {
  return { kind: "nullable", of };
}
/** May be absent. `null` on the wire means the same as absent: Python writes `None` so. */
export function optional<S extends Schema>(of: S): OptionalSchema<S> {
  return { kind: "optional", of };
}

/** Where a value differs from its schema. `path` is dotted, as in `data.models.0.model`. */
export interface SchemaIssue {
  readonly path: string;
  readonly expected: string;
  readonly received: string;
}
