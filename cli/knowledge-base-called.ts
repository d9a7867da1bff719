// A knowledge base by what a command calls it.

import type { LetheClient } from '#client/lethe-client.js';
import type { KnowledgeBase } from '#client/types.js';
import { CommandError } from './command-error.js';
import { exitCodes } from './exit-codes.js';

/** @throws CommandError for a name that none has, or several have. */
export async function baseCalled(client: LetheClient, called: string): Promise<KnowledgeBase> {
  const found: KnowledgeBase[] = [];
  for await (const base of client.knowledgeBases())
    if (base.id === called || base.name === called) found.push(base);
  const [base, ...others] = found;
  if (!base) throw new CommandError(`there is no knowledge base ${called}`, exitCodes.failed);
  if (others.length === 0) return base;
  const ids = found.map(({ id }) => id).join(', ');
  throw new CommandError(
    `${found.length} are called ${called}: name one by its id (${ids})`,
    exitCodes.usage,
  );
}
