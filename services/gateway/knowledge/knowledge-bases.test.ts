import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Entity, KnowledgeBase, ReadKnowledgeBase } from '#client/types.js';
import { type TestTenant, useGateway } from '../testing/gateway.js';

const gateway = useGateway(() => ({ MAX_UPLOAD_BYTES: '200000' }));
let acme: TestTenant;
let other: TestTenant;
let meds: ReadKnowledgeBase;

const lines = (...entities: object[]): string =>
  entities.map((entity) => JSON.stringify(entity)).join('\n');

const measles = {
  id: 'd1',
  type: 'disease',
  name: 'Measles',
  aliases: ['Rubeola', 'Spots'],
  attributes: { symptoms: ['fever', 'rash'], cause: ['virus'] },
};
const rubella = { id: 'd2', type: 'disease', name: 'Rubella', aliases: ['Spots', 'Measles'] };

beforeAll(async () => {
  acme = await gateway.tenant('acme');
  other = await gateway.tenant('other');
});
beforeEach(async () => {
  meds = await create('meds', 'meds.jsonl', lines(measles, rubella));
});

function create(
  name: string,
  filename: string,
  content: string,
  tenant = acme,
): Promise<ReadKnowledgeBase> {
  const body = new FormData();
  body.set('name', name);
  body.set('file', new File([content], filename));
  return tenant.client.post('/knowledge_bases', { body });
}

const path = (id: string): string => `/knowledge_bases/${id}`;
const get = (id = meds.id, tenant = acme): Promise<KnowledgeBase> => tenant.client.get(path(id));
const change = (changes: object[], more: object = {}): Promise<ReadKnowledgeBase> =>
  acme.client.post(`${path(meds.id)}/changes`, { body: { changes, ...more } });
const search = async (query: string): Promise<Entity[]> =>
  (await acme.client.get<{ data: Entity[] }>(`${path(meds.id)}/entities`, { query: { query } }))
    .data;
const names = async (query: string): Promise<string[]> =>
  (await search(query)).map(({ name }) => name);

/** The tenant's spaces of versions that have bytes or a key. */
function versions(): string[] {
  const { ARTIFACTS, KEYS } = gateway.environment();
  const folders = [join(ARTIFACTS!, acme.id), join(KEYS!, acme.id, 'spaces')];
  const found = folders.flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []));
  return found.filter((space) => space.startsWith('kbv-'));
}

const refused = (status: number, code: string | null, message: string, param?: string | null) => ({
  status,
  code,
  message: expect.stringContaining(message),
  ...(param === undefined ? {} : { param }),
});

describe('a knowledge base', () => {
  test('is made from a file, listed, read and deleted', async () => {
    expect(meds).toMatchObject({
      object: 'knowledge_base',
      name: 'meds',
      version: 1,
      entities: 2,
      rows: 2,
      values: 3,
      warnings: {
        ambiguous_aliases: { count: 1, examples: ['Spots'] },
        aliases_that_are_names: { count: 1, examples: ['Measles'] },
      },
    });
    const { warnings: _, ...plain } = meds;
    expect(await get()).toEqual(plain);
    const { data } = await acme.client.get<{ data: KnowledgeBase[] }>('/knowledge_bases');
    expect(data[0]).toEqual(plain);
    const before = versions().length;
    expect(await acme.client.delete(path(meds.id))).toEqual({
      id: meds.id,
      object: 'knowledge_base',
      deleted: true,
    });
    await expect(get()).rejects.toMatchObject(refused(404, 'knowledge_base_not_found', meds.id));
    // Bytes and key.
    expect(versions()).toHaveLength(before - 2);
  });

  test('of a table or an ontology is kept as JSON lines', async () => {
    const { id } = await create('t', 't.csv', 'name,symptoms\nCold,cough|fever\n');
    const response = await acme.client.get<Response>(`${path(id)}/content`, {
      __binaryResponse: true,
    } as never);
    expect(await response.text()).toBe(
      '{"id":"entity:Cold","type":"entity","name":"Cold","aliases":[],"attributes":{"symptoms":["cough","fever"]}}\n',
    );
    const ontology = '[Term]\nid: D:1\nname: cold\nis_a: D:2 ! illness\n';
    expect(await create('o', 'o.obo', ontology)).toMatchObject({ entities: 1, rows: 1 });
  });

  test('of another tenant does not exist', async () => {
    const missing = refused(404, 'knowledge_base_not_found', meds.id);
    const attempts = [
      () => get(meds.id, other),
      () => other.client.get(`${path(meds.id)}/entities`),
      () => other.client.get(`${path(meds.id)}/content`),
      () =>
        other.client.post(`${path(meds.id)}/changes`, {
          body: { changes: [{ op: 'delete', entity: 'd1' }] },
        }),
      () => other.client.delete(path(meds.id)),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject(missing);
    expect(await other.client.get('/knowledge_bases')).toMatchObject({ data: [] });
    expect(await get()).toMatchObject({ version: 1 });
  });

  test.each([
    ['a.jsonl', '{"name":"A"}\n{"name":', 'line 2: is not valid JSON', 'invalid_file_format'],
    [
      'a.jsonl',
      '{"name":"A"}\n{"name":"a"}',
      'line 2: has the name and type of line 1',
      'invalid_file_format',
    ],
    ['a.csv', 'title\nx', 'line 1: expected columns', 'invalid_file_format'],
    ['a.txt', 'x', 'expected a file whose name ends with one of', 'invalid_file_format'],
    ['a.jsonl', ' ', 'no entities', 'empty_file'],
  ])('is refused by line, and nothing is kept: %s %s', async (filename, content, message, code) => {
    const before = versions();
    await expect(create('bad', filename, content)).rejects.toMatchObject(
      refused(400, code, message, 'file'),
    );
    expect(versions()).toEqual(before);
  });

  test('has a largest size, and a name', async () => {
    const large = 'x'.repeat(200_001);
    await expect(create('large', 'a.jsonl', large)).rejects.toMatchObject(
      refused(413, 'file_too_large', '200000', 'file'),
    );
    // Within the limit as a table, and beyond it as JSON lines.
    const wide = `name,symptoms\n${Array.from({ length: 15_000 }, (_, i) => `n${i},s`).join('\n')}`;
    await expect(create('wide', 'a.csv', wide)).rejects.toMatchObject(
      refused(413, 'file_too_large', '200000', 'file'),
    );
    await expect(create(' ', 'a.jsonl', '{"name":"A"}')).rejects.toMatchObject(
      refused(400, null, "'name' is missing", 'name'),
    );
  });
});

describe('entities', () => {
  test('are found by id, name and alias: equal ones first, then beginnings, then parts', async () => {
    expect(await search('d1')).toMatchObject([{ object: 'knowledge_base.entity', ...measles }]);
    expect(await names('SPOTS')).toEqual(['Measles', 'Rubella']);
    expect(await names('rub')).toEqual(['Measles', 'Rubella']);
    expect(await names('measles')).toEqual(['Measles', 'Rubella']);
    expect(await names('bell')).toEqual(['Rubella']);
    expect(await names('')).toEqual(['Measles', 'Rubella']);
    expect(await names('nothing')).toEqual([]);
  });
});

describe('changes', () => {
  test('make a version, of which the one before leaves neither bytes nor a key', async () => {
    const before = versions();
    const made = await change([
      { op: 'set', entity: 'rubella', attribute: 'cause', values: ['virus', 'virus '] },
      { op: 'set', entity: 'd1', attribute: 'symptoms', values: ['headache'] },
      { op: 'put', entity: { type: 'disease', name: 'Mumps', attributes: { cause: ['virus'] } } },
    ]);
    expect(made).toMatchObject({ name: 'meds', version: 2, entities: 3, rows: 4, values: 4 });
    expect(await get()).toMatchObject({ name: 'meds', version: 2 });
    expect((await search('d1'))[0]?.attributes).toEqual({
      symptoms: ['headache'],
      cause: ['virus'],
    });
    const after = versions();
    expect(after).toHaveLength(before.length);
    expect(after.filter((space) => !before.includes(space))).toHaveLength(2);
  });

  test('delete rows and entities', async () => {
    await change([
      { op: 'delete', entity: 'Measles' },
      { op: 'put', entity: { ...rubella, attributes: { cause: ['virus'], symptoms: ['rash'] } } },
      { op: 'delete', entity: 'Rubella', attribute: 'symptoms' },
    ]);
    expect(await search('')).toMatchObject([{ id: 'd2', attributes: { cause: ['virus'] } }]);
    await expect(change([{ op: 'delete', entity: 'Mumps' }])).rejects.toMatchObject(
      refused(404, 'entity_not_found', 'Mumps', 'changes.0.entity'),
    );
  });

  test('of which one cannot be made change nothing', async () => {
    const set = { op: 'set', attribute: 'cause', values: ['x'] };
    const attempts: [object[], ReturnType<typeof refused>][] = [
      [
        [
          { ...set, entity: 'd1' },
          { ...set, entity: 'd9' },
        ],
        refused(404, 'entity_not_found', 'd9', 'changes.1.entity'),
      ],
      [
        [{ ...set, entity: 'spots' }],
        refused(409, 'entity_ambiguous', 'd1, d2', 'changes.0.entity'),
      ],
      [
        [{ op: 'put', entity: { id: 'd3', type: 'disease', name: 'measles' } }],
        refused(400, 'invalid_changes', 'the name and type of', 'changes'),
      ],
      [
        [{ op: 'put', entity: { name: '\u0958'.repeat(300) } }],
        refused(400, 'invalid_entity', 'got 600', 'changes.0.entity'),
      ],
      [
        [{ op: 'put', entity: { name: ' ' } }],
        refused(400, 'invalid_value', 'blank', 'changes.0.entity.name'),
      ],
      [
        [{ ...set, entity: 'd1', values: [] }],
        refused(400, 'invalid_value', 'values', 'changes.0.values'),
      ],
      [
        [{ ...set, entity: 'd1', values: ['x', ' '] }],
        refused(400, 'invalid_value', 'blank', 'changes.0.values.1'),
      ],
      [
        [{ ...set, entity: 'd1', attribute: '\u00a0' }],
        refused(400, 'invalid_value', 'blank', 'changes.0.attribute'),
      ],
      // Each becomes two characters as it is composed.
      [
        [{ ...set, entity: 'd1', attribute: '\u0958'.repeat(300) }],
        refused(400, 'invalid_changes', 'at most 500 characters, got 600', 'changes'),
      ],
      [
        Array.from({ length: 500 }, (_, i) => ({ ...set, entity: 'd1', attribute: `a${i}` })),
        refused(400, 'invalid_changes', 'at most 500, got 502', 'changes'),
      ],
      [[{ op: 'rename', entity: 'd1' }], refused(400, 'invalid_value', 'op', 'changes.0.op')],
      [[], refused(400, 'invalid_value', 'changes', 'changes')],
    ];
    for (const [changes, refusal] of attempts)
      await expect(change(changes)).rejects.toMatchObject(refusal);
    expect(await get()).toMatchObject({ version: 1 });
  });

  test('that overlap are made one after the other, or refused', async () => {
    const set = (value: string) =>
      change([{ op: 'set', entity: 'd1', attribute: 'cause', values: [value] }]);
    const made = await Promise.allSettled(['a', 'b', 'c', 'd'].map(set));
    const done = made.filter(({ status }) => status === 'fulfilled').length;
    expect(done).toBeGreaterThan(0);
    for (const one of made)
      if (one.status === 'rejected')
        expect(one.reason).toMatchObject({ status: 409, code: 'version_conflict' });
    expect(await get()).toMatchObject({ version: 1 + done });
    expect(await search('d1')).toHaveLength(1);
  });

  test('to another version than the client knows are refused', async () => {
    const changes = [{ op: 'delete', entity: 'd1' }];
    await expect(change(changes, { version: 2 })).rejects.toMatchObject(
      refused(409, 'version_conflict', meds.id, 'version'),
    );
    expect(await change(changes, { version: 1 })).toMatchObject({ version: 2, entities: 1 });
  });
});

test('the receipt of an erased base names it', async () => {
  await acme.client.delete(path(meds.id));
  const { data } = await acme.client.get<{ data: { kind: string; target: string }[] }>('/receipts');
  expect(data).toContainEqual(expect.objectContaining({ kind: 'knowledge_base', target: meds.id }));
});
