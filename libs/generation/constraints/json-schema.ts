// JSON schemas as grammars: all that they write is valid. What cannot be promised is refused by name.

import { FormError } from '../errors/form.error.js';
import { Exclusion } from './exclusion.js';
import {
  choice,
  type Expression,
  type Grammar,
  oneOf,
  repeat,
  rule,
  sequence,
  text,
} from './expression.js';
import { formats } from './json-formats.js';
import { integerOf, numberOf } from './json-numbers.js';
import {
  anyString,
  anyValue,
  array,
  between,
  jsonRules,
  list,
  member,
  next,
  otherThan,
  quoted,
  space,
  string,
} from './json.js';
import { merged } from './merged-schemas.js';
import { regex } from './regex.js';
import {
  checkKeywords,
  countAt,
  isOf,
  type JsonType,
  KEYWORDS,
  keywordsOf,
  type Placed,
  type Schema,
  schemaAt,
  schemaOf,
  typesOf,
  unsupported,
} from './schema.js';

const ROOT = '#';
/** Schemas in each other, by references or in place. */
const MAX_DEPTH = 100;
/** Read in all, some of them as often as others are joined with them. */
const MAX_SCHEMAS = 10_000;

/**
 * @param prefix of the names of its rules, where several schemas are in one grammar.
 * @throws FormError naming the place by its JSON pointer.
 */
export function jsonSchema(document: unknown, prefix = ''): Grammar {
  return new SchemaReader(document, prefix).read();
}

class SchemaReader {
  private readonly rules = new Map(jsonRules);
  private readonly waiting: string[] = [];
  private readonly asked = new Set<string>();
  private depth = 0;
  private schemas = 0;
  private readonly exclusion = new Exclusion((schema) => this.flattened(schema));

  constructor(
    private readonly document: unknown,
    private readonly prefix: string,
  ) {}

  read(): Grammar {
    const root = this.referred(ROOT);
    for (let path = this.waiting.pop(); path !== undefined; path = this.waiting.pop())
      this.rules.set(this.prefix + path, this.value({ schema: this.find(path), path }));
    return { root, rules: this.rules };
  }

  /** What a reference leads to: read once, however many do. */
  private referred(path: string): Expression {
    if (!this.asked.has(path)) this.waiting.push(path);
    this.asked.add(path);
    return rule(this.prefix + path);
  }

  private find(path: string): unknown {
    const wrong = new FormError(
      `the schema: $ref: expected the place of a schema in this one, such as #/$defs/name, found ${JSON.stringify(path.slice(0, 100))}`,
    );
    if (path !== ROOT && !path.startsWith('#/')) throw wrong;
    let found = this.document;
    for (const key of path.split('/').slice(1).map(unescaped)) {
      const isThere = typeof found === 'object' && found !== null && Object.hasOwn(found, key);
      if (!isThere) throw wrong;
      found = (found as Schema)[key];
    }
    return found;
  }

  /** A part that is used more than once, or within itself. */
  private part(expression: Expression): Expression {
    const name = `${this.prefix}${this.rules.size}`;
    this.rules.set(name, expression);
    return rule(name);
  }

  private value({ schema, path }: Placed<unknown>): Expression {
    if (schema === true) return anyValue;
    if (schema === false) throw new FormError(`the schema at ${path}: false allows nothing`);
    if (++this.depth > MAX_DEPTH)
      throw new FormError(`the schema at ${path}: it is more than ${MAX_DEPTH} schemas deep`);
    if (++this.schemas > MAX_SCHEMAS)
      throw new FormError(`the schema: it has more than ${MAX_SCHEMAS} schemas`);
    const placed = { schema: schemaOf({ schema, path }), path };
    const expression = this.joined(placed);
    this.depth--;
    return expression;
  }

  private joined(placed: Placed): Expression {
    const { schema, path } = placed;
    const { $ref, allOf, anyOf, oneOf: either, ...own } = schema;
    if ($ref !== undefined) return this.reference(placed);
    if (allOf !== undefined) {
      const parts = listAt(placed, 'allOf').map((part) => this.resolved({ schema: part, path }));
      const { allOf: _, ...rest } = schema;
      return this.value({
        schema: parts.reduce<Schema>((all, part) => merged(all, part, path), rest),
        path,
      });
    }
    if (anyOf === undefined && either === undefined) return this.plain(placed);
    if (anyOf !== undefined && either !== undefined) throw unsupported(placed, 'oneOf');
    const name = anyOf === undefined ? 'oneOf' : 'anyOf';
    const isAlone = keywordsOf(own).length === 0;
    const wholes = listAt(placed, name).map((one, i): Placed<unknown> => {
      const at = `${path}/${name}/${i}`;
      const whole = isAlone ? one : merged(own, this.resolved({ schema: one, path: at }), at);
      return { schema: whole, path: at };
    });
    const values = wholes.map((one) => this.value(one));
    if (name === 'oneOf') this.checkExclusive(wholes);
    return choice(...values);
  }

  /** What one of them writes must be valid by no other. */
  private checkExclusive(either: readonly Placed<unknown>[]): void {
    for (const { schema, path } of either)
      for (const other of either)
        if (other.path !== path && !this.exclusion.holds(schema, other.schema))
          throw new FormError(
            `the schema at ${path}: oneOf: expected schemas told apart by a type, a constant or a required property: what this one allows may be valid by that at ${other.path}, too; anyOf takes both`,
          );
  }

  /** Without references and allOf, at its top. */
  private flattened(schema: unknown): Schema {
    const { allOf, ...rest } = this.resolved({ schema, path: 'oneOf' });
    if (!Array.isArray(allOf)) return rest;
    return allOf
      .map((part) => this.flattened(part))
      .reduce((all, part) => merged(all, part, 'oneOf'), rest);
  }

  private reference(placed: Placed): Expression {
    const { $ref } = placed.schema;
    checkKeywords(placed, ['$ref']);
    if (typeof $ref !== 'string')
      throw new FormError(`the schema at ${placed.path}: $ref: expected a text`);
    return this.referred($ref);
  }

  /** The schema itself, for who changes it. */
  private resolved({ schema, path }: Placed<unknown>, depth = 0): Schema {
    const found = schema === true ? {} : schemaOf({ schema, path });
    const { $ref } = found;
    if (typeof $ref !== 'string') return found;
    checkKeywords({ schema: found, path }, ['$ref']);
    if (depth > MAX_DEPTH) throw new FormError(`the schema at ${path}: $ref leads to itself`);
    return this.resolved({ schema: this.find($ref), path }, depth + 1);
  }

  private plain(placed: Placed): Expression {
    const { schema } = placed;
    if (schema['enum'] !== undefined || schema['const'] !== undefined) return constants(placed);
    const types = typesOf(placed);
    checkKeywords(placed, [
      'type',
      ...(types ?? []).flatMap((type): string[] => [...KEYWORDS[type]]),
    ]);
    if (!types) return anyValue;
    if (types.length === 0)
      throw new FormError(`the schema at ${placed.path}: type: no type is left`);
    return choice(...types.map((type) => this.typed(type, placed)));
  }

  private typed(type: JsonType, placed: Placed): Expression {
    switch (type) {
      case 'object':
        return this.object(placed);
      case 'array':
        return this.array(placed);
      case 'string':
        return stringOf(placed);
      case 'number':
        return numberOf(placed);
      case 'integer':
        return integerOf(placed);
      case 'boolean':
        return oneOf(['true', 'false']);
      case 'null':
        return text('null');
    }
  }

  private array(placed: Placed): Expression {
    const { schema, path } = placed;
    if (schema['uniqueItems']) throw unsupported(placed, 'uniqueItems');
    const prefix = schema['prefixItems'] === undefined ? [] : listAt(placed, 'prefixItems');
    const most = countAt(placed, 'maxItems', Infinity);
    const least = countAt(placed, 'minItems', 0);
    if (least > most) throw new FormError(`the schema at ${path}: minItems is above maxItems`);
    const items = prefix
      .slice(0, most)
      .map((one, i) => this.value({ schema: one, path: `${path}/prefixItems/${i}` }));
    const left: [number, number] = [Math.max(least - items.length, 0), most - items.length];
    // What need not be there is left out, unless the schema speaks of it.
    const { items: rest = prefix.length === 0 || left[0] > 0 } = schema;
    if (rest === false && left[0] > 0) throw unsupported(placed, 'minItems');
    const other = rest === false ? undefined : this.rest(rest, path);
    const [head, ...more] = items;
    if (!head) return other ? array(other, ...left) : between('[', text(''), ']');
    const others = other && left[1] > 0 ? [repeat(next(other), ...left)] : [];
    return between('[', sequence(head, ...more.map(next), ...others, space), ']');
  }

  private rest(schema: unknown, path: string): Expression {
    return this.part(this.value({ schema, path: `${path}/items` }));
  }

  /** Properties come in the schema's order; those that it does not name where it asks for them. */
  private object(placed: Placed): Expression {
    const { schema, path } = placed;
    const properties = schemaAt({ schema: schema['properties'] ?? {}, path: `${path}/properties` });
    const required = schema['required'] === undefined ? [] : listAt(placed, 'required');
    if (schema['patternProperties'] !== undefined) return this.patterned(placed);
    const names = Object.keys(properties);
    const { additionalProperties: extra = names.length === 0 && required.length === 0 } = schema;
    const unnamed = required.filter((name) => !names.includes(name as string));
    if (unnamed.some((name) => typeof name !== 'string')) throw unsupported(placed, 'required');
    if (unnamed.length > 0 && schema['additionalProperties'] === false)
      throw new FormError(
        `the schema at ${path}: required: ${JSON.stringify(unnamed[0]).slice(0, 100)} is not among the properties`,
      );
    const other =
      extra === false ? undefined : this.property(extra, `${path}/additionalProperties`);
    const all = [...names, ...(unnamed as string[])];
    const members = all.map((name) => {
      const at = `${path}/properties/${name}`;
      const value = names.includes(name)
        ? this.property(properties[name], at)
        : (other ?? anyValue);
      return {
        pair: member(text(JSON.stringify(name)), value),
        isRequired: required.includes(name),
      };
    });
    const pair = other && member(all.length > 0 ? otherThan(all) : anyString, other);
    return between('{', this.members(members, pair), '}');
  }

  /** Properties whose names match a pattern, and no others. */
  private patterned(placed: Placed): Expression {
    const { schema, path } = placed;
    const { properties, required, additionalProperties: extra = false } = schema;
    const place = `${path}/patternProperties`;
    const patterns = Object.entries(schemaAt({ schema: schema['patternProperties'], path: place }));
    const [one, ...others] = patterns;
    if (!one || others.length > 0 || properties !== undefined || required !== undefined || extra)
      throw unsupported(placed, 'patternProperties beside other properties');
    const [pattern, value] = one;
    const key = quoted(regex(pattern, { quoted: true, isPart: true }));
    return between('{', list(member(key, this.property(value, place)), 0, Infinity), '}');
  }

  private property(schema: unknown, path: string): Expression {
    return this.part(this.value({ schema, path }));
  }

  /** From the last on: what may follow differs by whether something came before. */
  private members(
    members: readonly { pair: Expression; isRequired: boolean }[],
    other: Expression | undefined,
  ): Expression {
    let later = other ? sequence(repeat(next(other)), space) : space;
    let first = other ? list(other, 0, Infinity) : text('');
    for (const { pair, isRequired } of members.toReversed()) {
      const without = isRequired ? [] : [{ later, first }];
      const then = later;
      later = this.part(choice(sequence(next(pair), then), ...without.map((one) => one.later)));
      first = this.part(choice(sequence(pair, then), ...without.map((one) => one.first)));
    }
    return first;
  }
}

function constants(placed: Placed): Expression {
  checkKeywords(placed, ['type', 'enum', 'const']);
  const { schema, path } = placed;
  const values = schema['const'] === undefined ? listAt(placed, 'enum') : [schema['const']];
  const types = typesOf({ schema: { type: schema['type'] }, path });
  const fitting = values.filter((value) => types?.some((type) => isOf(value, type)) ?? true);
  if (fitting.length === 0) throw new FormError(`the schema at ${path}: enum: no value is allowed`);
  return oneOf(fitting.map((value) => JSON.stringify(value)));
}

function stringOf(placed: Placed): Expression {
  const { schema, path } = placed;
  const { pattern, format } = schema;
  const isMeasured = schema['minLength'] !== undefined || schema['maxLength'] !== undefined;
  const known = formats.get(format);
  if (pattern === undefined && known === undefined) {
    const [least, most] = [countAt(placed, 'minLength', 0), countAt(placed, 'maxLength', Infinity)];
    if (least > most) throw new FormError(`the schema at ${path}: minLength is above maxLength`);
    return string(least, most);
  }
  if (isMeasured || (pattern !== undefined && known !== undefined))
    throw new FormError(
      `the schema at ${path}: pattern, format and a length are not supported together`,
    );
  if (known !== undefined) return quoted(regex(known, { quoted: true }));
  if (typeof pattern === 'string') return quoted(regex(pattern, { quoted: true, isPart: true }));
  throw new FormError(`the schema at ${path}: pattern: expected a text`);
}

function listAt({ schema, path }: Placed, keyword: string): readonly unknown[] {
  const value = schema[keyword];
  const isFilled = Array.isArray(value) && (value.length > 0 || keyword === 'required');
  if (isFilled) return value as readonly unknown[];
  throw new FormError(`the schema at ${path}: ${keyword}: expected a list that is not empty`);
}

const unescaped = (key: string): string =>
  decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~');
