import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedData } from '#testing/shared-data.js';
import { canonicalLine } from '../canonical.js';
import { rowsOf } from '../entity.js';
import type { KnowledgeBase } from '../knowledge-base.js';
import { readKnowledgeBase } from './read-knowledge-base.js';

const medical = sharedData('medical');

/** In pieces that cut lines and characters. */
function* pieces(bytes: Uint8Array, size = 7): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const read = async (filename: string, text: string): Promise<KnowledgeBase> =>
  (await readKnowledgeBase(filename, pieces(Buffer.from(text)))).base;

const asText = (base: KnowledgeBase): string[] =>
  base.entities.flatMap((entity) =>
    [...rowsOf(entity)].map(
      ({ attribute, values }) => `${entity.type} ${entity.name} ${attribute}: ${values.join(', ')}`,
    ),
  );

const measles = {
  id: 'd1',
  type: 'disease',
  name: 'Measles',
  aliases: ['Rubeola'],
  attributes: { symptoms: ['fever', 'rash'], cause: ['virus'] },
};

describe('JSON lines', () => {
  test('give entities with their rows, tidied, each value once', async () => {
    const base = await read(
      'a.jsonl',
      `${JSON.stringify(measles)}\r\n\n${JSON.stringify({
        name: '  Ru\tbella ',
        aliases: ['Rubella', 'Ro\u0308teln', 'R\u00f6teln'],
        attributes: { symptoms: ['rash', ' rash'], days: 3, none: [], mild: true },
        made: 'by hand',
      })}`,
    );
    expect(asText(base)).toEqual([
      'disease Measles symptoms: fever, rash',
      'disease Measles cause: virus',
      'entity Ru bella symptoms: rash',
      'entity Ru bella days: 3',
      'entity Ru bella mild: true',
    ]);
    expect(base.entities[1]).toMatchObject({
      id: 'entity:Ru bella',
      aliases: ['Rubella', 'R\u00f6teln'],
    });
  });

  test('are written as they were read', async () => {
    const text = (await read('a.jsonl', JSON.stringify(measles))).entities
      .map(canonicalLine)
      .join('');
    expect(text).toBe(`${JSON.stringify(measles)}\n`);
    expect((await read('b.jsonl', text)).entities.map(canonicalLine).join('')).toBe(text);
  });

  test.each([
    ['{"name": "A"}\n{', 'line 2: is not valid JSON'],
    ['{"name": "A"}\n[1]', 'line 2: must be a JSON object'],
    ['{"id": "x"}', 'line 1, field "name": must be text'],
    ['{"name": " "}', 'line 1, field "name": must not be empty'],
    [
      '{"name": "A", "attributes": []}\n{"name": "B", "attributes": "x"}',
      'line 2, field "attributes": must be an object',
    ],
    ['{"name": "A", "attributes": {"x": [{}]}}', 'line 1, field "attributes.x.0": must be text'],
    [
      '{"name": "A", "attributes": {" ": ["x"]}}',
      'line 1, field "attributes": expected a text, got a blank one',
    ],
    ['{"name": "A", "aliases": "B"}', 'line 1, field "aliases": must be a list of texts'],
    [
      `{"name": "${'n'.repeat(501)}"}`,
      'line 1, field "name": expected at most 500 characters, got 501',
    ],
    ['{"name": "A\\u0000"}', 'line 1, field "name": must be well-formed text without NUL'],
    ['{"name": "A"}\n\n{"name": "a "}', 'line 3: has the name and type of line 1'],
    ['{"id": "1", "name": "A"}\n{"id": "1", "name": "B"}', 'line 2: has the id of line 1'],
    ['', 'has no entities'],
  ])('%s is refused', async (text, problem) => {
    await expect(read('a.jsonl', text)).rejects.toThrow(problem);
  });

  test('two of one name and different types are both kept', async () => {
    const base = await read('a.jsonl', '{"name":"A","type":"drug"}\n{"name":"A","type":"herb"}');
    expect(base.named('a').map(({ type }) => type)).toEqual(['drug', 'herb']);
  });

  test('a row with many values is kept whole', async () => {
    const values = Array.from({ length: 10_000 }, (_, i) => `value ${i}`);
    const base = await read('a.jsonl', JSON.stringify({ name: 'A', attributes: { x: values } }));
    expect([...base.entities[0]!.attributes.values()].flat()).toHaveLength(10_000);
    const more = JSON.stringify({ name: 'A', attributes: { x: [...values, 'one more'] } });
    await expect(read('a.jsonl', more)).rejects.toThrow(
      'field "attributes.x": expected at most 10000, got 10001',
    );
  });
});

describe('comma-separated tables', () => {
  test('have an entity per line, with | between values', async () => {
    const base = await read(
      'a.csv',
      '\ufeffName,aliases,Type,symptoms,cause\r\nMeasles,Rubeola|Morbilli,disease,"fever|rash, red",virus\r\nCold,,disease,,"a\nb"\r\n',
    );
    expect(asText(base)).toEqual([
      'disease Measles symptoms: fever, rash, red',
      'disease Measles cause: virus',
      'disease Cold cause: a b',
    ]);
    expect(base.entities[0]?.aliases).toEqual(['Rubeola', 'Morbilli']);
  });

  test('or a value per line', async () => {
    const base = await read(
      'a.csv',
      'subject,predicate,object\nMeasles,symptoms,fever\nCold,symptoms,cough\nMeasles,symptoms,rash\nMeasles,alias,Rubeola\nMeasles,type,disease\n',
    );
    expect(asText(base)).toEqual([
      'disease Measles symptoms: fever, rash',
      'entity Cold symptoms: cough',
    ]);
    expect(base.named('rubeola')).toHaveLength(1);
  });

  test.each([
    [
      'title,symptoms\nA,b',
      'line 1: expected columns of which one is name, or subject, predicate and object',
    ],
    ['name,x,X\nA,b,c', 'line 1: two columns are called "x"'],
    ['name,,x\nA,b,c', 'line 1: column 2 has no name'],
    ['name,x\nA,b\n,c', 'line 3, field "name": expected a text, got a blank one'],
    ['name,x\nA,b\nC', 'line 3'],
    ['name,x\nA,"b', 'line 2'],
    [
      'subject,predicate,object\nA,,b',
      'line 2, field "attributes": expected a text, got a blank one',
    ],
    ['name', 'has no entities'],
  ])('%s is refused', async (text, problem) => {
    await expect(read('a.csv', text)).rejects.toThrow(problem);
  });
});

describe('ontologies', () => {
  const obo = `format-version: 1.2
ontology: test

[Term]
id: D:1
name: measles {source="x"} ! said twice
namespace: disease
def: "A disease." [url:x]
synonym: "rubeola" EXACT [X:1]
synonym: "spots, \\"red\\"" EXACT []
synonym: "rash" BROAD []
is_a: D:2 ! viral disease
is_a: D:9 {x="y"}
relationship: has_symptom S:1 ! fever
xref: X:1

[Term]
id: D:2
name: viral disease

[Term]
id: S:1
name: fever

[Term]
id: D:3
name: old
is_obsolete: true

[Typedef]
id: has_symptom
name: has symptom
`;

  test('give terms that are not obsolete, with related terms by their names', async () => {
    const base = await read('a.obo', obo);
    expect(asText(base)).toEqual([
      'disease measles is_a: viral disease, D:9',
      'disease measles has_symptom: fever',
    ]);
    expect(base.entities).toHaveLength(3);
    expect(base.get('D:1')?.aliases).toEqual(['rubeola', 'spots, "red"']);
  });

  test.each([
    ['[Term]\nname: x', 'line 1: this term has no id'],
    ['[Term]\nid: x', 'line 1: this term has no name'],
    ['[Term]\nid: x\nname: x\nnothing', 'line 4: expected a tag, a colon and a value'],
    ['[Term]\nid: x\nname: x\nsynonym: x EXACT []', 'line 4: expected a synonym in quotes'],
    ['[Term]\nid: x\nname: x\nrelationship: y', 'line 4: expected a relation and the id of a term'],
  ])('%s is refused', async (text, problem) => {
    await expect(read('a.obo', text)).rejects.toThrow(problem);
  });
});

test.each(['a.txt', 'a', 'jsonl'])('a file called %s is of no format', async (name) => {
  await expect(read(name, '{}')).rejects.toThrow(
    'expected a file whose name ends with one of .jsonl',
  );
});

test.each(['a.jsonl', 'a.csv', 'a.obo'])('%s that is not UTF-8 is refused', async (name) => {
  const bytes = Buffer.from([0xff, 0xfe, 0x0a]);
  await expect(readKnowledgeBase(name, pieces(bytes))).rejects.toThrow('is not valid UTF-8');
});

describe.skipIf(!medical)('bases of published data', () => {
  const stored = (path: string) => readKnowledgeBase(path, [readFileSync(join(medical!, path))]);

  test('CMeKG', async () => {
    const { census } = await stored('cmekg/kb.jsonl');
    expect(census.counts).toEqual({ entities: 9_326, rows: 51_334, values: 190_444 });
    const { ambiguousAliases, aliasesThatAreNames } = census.clashes;
    expect(ambiguousAliases).toHaveLength(199);
    expect(aliasesThatAreNames).toHaveLength(228);
  });

  test('Disease Ontology', async () => {
    expect((await stored('do/kb.jsonl')).census.counts.entities).toBe(5_900);
  });
});
