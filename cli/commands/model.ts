// lethe model: the models a tenant can use, and models made of them.

import type { Command } from 'commander';
import type { Model } from '#client/types.js';
import { type CommonOptions, remoteSubcommand, tenantClient } from '../context.js';
import { print, printJson, table, time } from '../output.js';
import { registerFetch } from './model-fetch.js';
import { registerInspect } from './model-inspect.js';
import { registerMerge } from './model-merge.js';

export function registerModel(program: Command): void {
  const model = program
    .command('model')
    .description('list, delete, fetch, inspect and merge models');
  remoteSubcommand(model, 'list', 'list base models and your tuned ones').action(list);
  remoteSubcommand(model, 'delete <model>', 'delete a tuned model').action(remove);
  registerFetch(model);
  registerInspect(model);
  registerMerge(model);
}

async function list(options: CommonOptions): Promise<void> {
  const { data } = await tenantClient(options).openai.models.list();
  const models: Model[] = data;
  if (options.json) return printJson(models);
  print(
    table(
      ['model', 'owned by', 'created', 'knowledge base'],
      models.map((m) => [
        m.id,
        m.owned_by,
        m.created === 0 ? '' : time(m.created),
        m.knowledge?.knowledge_base ?? '',
      ]),
    ),
  );
}

async function remove(id: string, options: CommonOptions): Promise<void> {
  const deleted = await tenantClient(options).openai.models.delete(id);
  if (options.json) printJson(deleted);
  else print(`model ${id} is deleted`);
}
