// Whether what one schema has written is never valid by another: what oneOf asks of its schemas.

import { isDeepStrictEqual } from 'node:util';
import { impliedTypes, isOf, type Schema } from './schema.js';

/** A schema without $ref and allOf; undefined where it cannot be told. */
type Flatten = (schema: unknown) => Schema | undefined;

const MAX_DEPTH = 8;
/** Pairs of schemas that are compared. */
const MAX_WORK = 200_000;
/** By type: keywords of the least and the most, both included. */
const RANGES: Readonly<Record<string, readonly [least: string, most: string]>> = {
  number: ['minimum', 'maximum'],
  integer: ['minimum', 'maximum'],
  string: ['minLength', 'maxLength'],
  array: ['minItems', 'maxItems'],
};

export class Exclusion {
  private work = 0;

  constructor(private readonly flatten: Flatten) {}

  /**
   * Whether it is known that no value that `writer` has written is valid by `other`. Of an object only
   * properties that its schema names are written, unless it asks for others.
   */
  holds(writer: unknown, other: unknown, depth = 0): boolean {
    if (writer === false || other === false) return true;
    if (depth > MAX_DEPTH || ++this.work > MAX_WORK) return false;
    const [a, b] = [this.flatten(writer), this.flatten(other)];
    if (!a || !b) return false;
    return (
      this.plain(a, b, depth) ||
      branchesOf(a).some((some) => some.every((one) => this.holds(one, b, depth + 1))) ||
      branchesOf(b).some((some) => some.every((one) => this.holds(a, one, depth + 1)))
    );
  }

  private plain(a: Schema, b: Schema, depth: number): boolean {
    const [own, others] = [constantsOf(a), constantsOf(b)];
    if (own) return own.every((value) => !this.mayBe(value, b, depth));
    if (others) return others.every((value) => !this.mayBe(value, a, depth));
    const [types, accepted] = [typesOf(a) ?? impliedTypes(a), typesOf(b)];
    const shared = types?.filter((type) => accepted?.some((one) => isShared(type, one)) ?? true);
    return shared?.every((type) => this.byType(type, a, b, depth)) ?? false;
  }

  private byType(type: string, a: Schema, b: Schema, depth: number): boolean {
    if (type === 'object') return this.objects(a, b, depth);
    const range = RANGES[type];
    return range !== undefined && isApart(a, b, ...range);
  }

  private objects(a: Schema, b: Schema, depth: number): boolean {
    const [own, others] = [propertiesOf(a), propertiesOf(b)];
    const [needs, asks] = [requiredOf(a), requiredOf(b)];
    const written = new Set([...Object.keys(own), ...needs]);
    if (written.size > 0 && isClosed(a) && asks.some((name) => !written.has(name))) return true;
    const takesNoOther =
      b['additionalProperties'] === false && b['patternProperties'] === undefined;
    if (takesNoOther && needs.some((name) => !Object.hasOwn(others, name))) return true;
    return [...new Set([...needs, ...asks])].some(
      (name) =>
        Object.hasOwn(own, name) &&
        Object.hasOwn(others, name) &&
        this.holds(own[name], others[name], depth + 1),
    );
  }

  /** False where a value is surely not valid by a schema. */
  private mayBe(value: unknown, schema: unknown, depth: number): boolean {
    if (schema === false) return false;
    if (depth > MAX_DEPTH || ++this.work > MAX_WORK) return true;
    const flat = this.flatten(schema);
    if (!flat) return true;
    const constants = constantsOf(flat);
    this.work += constants?.length ?? 0;
    if (constants && !constants.some((one) => isDeepStrictEqual(one, value))) return false;
    if (!(typesOf(flat)?.some((type) => isOf(value, type)) ?? true)) return false;
    if (branchesOf(flat).some((some) => !some.some((one) => this.mayBe(value, one, depth + 1))))
      return false;
    if (!isOf(value, 'object')) return true;
    const properties = propertiesOf(flat);
    return (
      requiredOf(flat).every((name) => Object.hasOwn(value as object, name)) &&
      Object.entries(value as object).every(
        ([name, one]) =>
          !Object.hasOwn(properties, name) || this.mayBe(one, properties[name], depth + 1),
      )
    );
  }
}

/** Whether no property is written but those that the schema itself names. */
const isClosed = (schema: Schema): boolean =>
  (schema['additionalProperties'] ?? false) === false &&
  schema['patternProperties'] === undefined &&
  branchesOf(schema).length === 0;

/** A value is valid by one schema of each. */
const branchesOf = ({ anyOf, oneOf }: Schema): (readonly unknown[])[] =>
  [anyOf, oneOf].filter((list): list is unknown[] => Array.isArray(list));

function constantsOf(schema: Schema): readonly unknown[] | undefined {
  if (schema['const'] !== undefined) return [schema['const']];
  return Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : undefined;
}

const typesOf = ({ type }: Schema): string[] | undefined =>
  type === undefined ? undefined : ([type].flat() as string[]);
const propertiesOf = ({ properties }: Schema): Schema => (properties ?? {}) as Schema;
const requiredOf = ({ required }: Schema): string[] =>
  Array.isArray(required) ? (required as string[]) : [];

const isNumber = (type: unknown): boolean => type === 'number' || type === 'integer';
const isShared = (a: unknown, b: unknown): boolean => a === b || (isNumber(a) && isNumber(b));

/** @returns whether a range of one schema ends before that of the other begins. */
function isApart(a: Schema, b: Schema, least: string, most: string): boolean {
  const isBelow = (low: Schema, high: Schema): boolean => Number(low[most]) < Number(high[least]);
  return isBelow(a, b) || isBelow(b, a);
}
