// lethe knowledge ask: answers from a knowledge base, each with where it comes from.

import type { Command } from 'commander';
import type { GroundedAnswer, KbCitation } from '#client/types.js';
import { type CommonOptions, remoteSubcommand, tenantClient } from '../context.js';
import { baseCalled } from '../knowledge-base-called.js';
import { figure, print, shown } from '../output.js';
import { requestFields } from '../unlearn-body.js';
import { collect } from '../values.js';

interface AskOptions extends CommonOptions {
  readonly model: string;
  readonly knowledge?: string;
  readonly set: readonly string[];
}

export function registerAsk(knowledge: Command): void {
  remoteSubcommand(
    knowledge,
    'ask <question...>',
    'ask a model questions, each in quotation marks, that a base answers',
  )
    .requiredOption('--model <model>', 'the model to ask')
    .option('--knowledge <base>', "the base, by id or name (default: the model's own)")
    .option(
      '--set <field=value>',
      "a setting in the place of the model's, such as min_mass=-0.5 or wording=rows (repeatable)",
      collect,
      [],
    )
    .action(ask);
}

async function ask(questions: string[], options: AskOptions): Promise<void> {
  const client = tenantClient(options);
  const named = options.knowledge;
  const knowledge = {
    ...requestFields(undefined, {}, options.set),
    ...(named === undefined ? {} : { knowledge_base: (await baseCalled(client, named)).id }),
  };
  for (const question of questions) {
    const answer = await client.ask(options.model, question, knowledge);
    print(options.json ? JSON.stringify({ question, ...answer }) : described(answer));
  }
}

export const described = ({ content, annotations, knowledge }: GroundedAnswer): string =>
  shown(
    [
      content,
      ...annotations.map(({ kb_citation: cited }) => `  ${source(cited)}`),
      `  ${found(knowledge)}`,
    ].join('\n'),
  );

function source({ knowledge_base: base, version, entity, attribute, ...cited }: KbCitation) {
  const { values_left_out: more } = cited;
  const left = more > 0 ? `, of which ${more} values were left out` : '';
  return `from ${base}, version ${version}: ${entity} | ${attribute}${left}`;
}

function found({ status, link, mass, guarded }: GroundedAnswer['knowledge']): string {
  const named =
    status !== 'grounded' && link ? `, taken for ${link.entity} | ${link.attribute}` : '';
  const replaced = guarded ? ', the row in the place of what the model said' : '';
  return `${status.replace('_', ' ')}, mass ${figure(mass)}${named}${replaced}`;
}
