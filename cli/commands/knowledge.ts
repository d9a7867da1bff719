// lethe knowledge: knowledge bases, and the rows in them.

import type { Command } from 'commander';
import type { Entity, KnowledgeBase, KnowledgeChange, ReadKnowledgeBase } from '#client/types.js';
import { type CommonOptions, remoteSubcommand, tenantClient } from '../context.js';
import { baseCalled } from '../knowledge-base-called.js';
import { note, print, printJson, shown, table, time } from '../output.js';
import { registerAsk } from './knowledge-ask.js';
import { registerTune } from './knowledge-tune.js';

/** Between values on a command line. */
const BETWEEN_VALUES = ';';

export function registerKnowledge(program: Command): void {
  const knowledge = program
    .command('knowledge')
    .description('knowledge bases: structured rows that answers are made from');
  remoteSubcommand(
    knowledge,
    'create <file>',
    'upload a base: JSON lines (.jsonl), a table (.csv) or an ontology (.obo)',
  )
    .requiredOption('--name <name>', 'what the base is called')
    .action(create);
  remoteSubcommand(knowledge, 'list', 'list knowledge bases').action(list);
  registerTune(knowledge);
  registerAsk(knowledge);
  remoteSubcommand(
    knowledge,
    'find <base> [text]',
    'entities by id, name or alias, or a part of one',
  )
    .option('--limit <count>', 'how many at most', '20')
    .action(find);
  remoteSubcommand(
    knowledge,
    'set <base> <entity> <attribute> <values>',
    `give an attribute other values, with "${BETWEEN_VALUES}" between them`,
  ).action(set);
  remoteSubcommand(
    knowledge,
    'delete <base> <entity> [attribute]',
    'delete an entity, or one of its rows: both are erased',
  ).action(remove);
  remoteSubcommand(knowledge, 'drop <base>', 'delete a whole base').action(drop);
}

async function create(file: string, options: CommonOptions & { name: string }): Promise<void> {
  tell(await tenantClient(options).createKnowledgeBase(options.name, file), options);
}

async function list(options: CommonOptions): Promise<void> {
  const bases: KnowledgeBase[] = [];
  for await (const base of tenantClient(options).knowledgeBases()) bases.push(base);
  if (options.json) return printJson(bases);
  print(
    table(
      ['id', 'name', 'version', 'entities', 'rows', 'values', 'changed'],
      bases.map(({ id, name, version, entities, rows, values, updated_at: at }) => [
        id,
        shown(name),
        version,
        entities,
        rows,
        values,
        time(at),
      ]),
    ),
  );
}

async function find(
  base: string,
  text: string | undefined,
  options: CommonOptions & { limit: string },
): Promise<void> {
  const client = tenantClient(options);
  const { id } = await baseCalled(client, base);
  const entities = await client.entities(id, text ?? '', Number(options.limit));
  if (options.json) return printJson(entities);
  for (const entity of entities) print(described(entity));
}

async function set(
  base: string,
  entity: string,
  attribute: string,
  said: string,
  options: CommonOptions,
): Promise<void> {
  const values = said.split(BETWEEN_VALUES).filter((value) => value.trim() !== '');
  await change(base, { op: 'set', entity, attribute, values }, options);
}

async function remove(
  base: string,
  entity: string,
  attribute: string | undefined,
  options: CommonOptions,
): Promise<void> {
  await change(base, { op: 'delete', entity, attribute }, options);
}

async function drop(base: string, options: CommonOptions): Promise<void> {
  const client = tenantClient(options);
  const { id } = await baseCalled(client, base);
  await client.deleteKnowledgeBase(id);
  if (options.json) printJson({ id, deleted: true });
  else print(`${id} is deleted`);
}

async function change(base: string, made: KnowledgeChange, options: CommonOptions): Promise<void> {
  const client = tenantClient(options);
  const { id } = await baseCalled(client, base);
  tell(await client.changeKnowledgeBase(id, [made]), options);
}

function tell(base: ReadKnowledgeBase, { json }: CommonOptions): void {
  if (json) return printJson(base);
  const { id, name, version, entities, rows, values, warnings } = base;
  print(
    `${shown(name)} (${id}), version ${version}: ${entities} entities, ${rows} rows, ${values} values`,
  );
  const { ambiguous_aliases: ambiguous, aliases_that_are_names: taken } = warnings;
  if (ambiguous.count > 0)
    note(`${ambiguous.count} aliases are of more than one entity: ${some(ambiguous.examples)}`);
  if (taken.count > 0)
    note(
      `${taken.count} aliases are the name of another entity, which wins: ${some(taken.examples)}`,
    );
}

const some = (names: readonly string[]): string => shown(names.slice(0, 5).join(', '));

const described = ({ id, type, name, aliases, attributes }: Entity): string =>
  shown(
    [
      `${name} (${[type, id, ...aliases].join(', ')})`,
      ...Object.entries(attributes).map(
        ([attribute, values]) => `  ${attribute}: ${values.join(`${BETWEEN_VALUES} `)}`,
      ),
    ].join('\n'),
  );
