// lethe search: which recipe forgets best and keeps most, by successive halving.

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { LetheClient } from '#client/lethe-client.js';
import { type JudgeName, judges } from '#contracts/judges.js';
import { type AskedName, askedNames, isAttack } from '#contracts/probes.js';
import { CommandError } from '../command-error.js';
import { type CommonOptions, patientRetries, remoteSubcommand, tenantClient } from '../context.js';
import { exitCodes } from '../exit-codes.js';
import { note, print, printJson, table } from '../output.js';
import { candidatesOf } from '../search/candidates.js';
import { type Steps, stepsIn } from '../search/rounds.js';
import { roundHead, roundLines } from '../search/search-table.js';
import { type Plan, type Search, search } from '../search/search.js';
import type { Found } from '../search/stands.js';
import { collect, integer, namesIn } from '../values.js';

interface SearchOptions extends CommonOptions {
  readonly model: string;
  readonly forget: string;
  readonly retain: string;
  readonly forgetEval?: string;
  readonly retainEval?: string;
  readonly recipe: string[];
  readonly vary: string[];
  readonly steps: Steps[];
  readonly eta: number;
  readonly attacks: AskedName[];
  readonly reference?: string;
  readonly judge?: JudgeName;
  readonly maxTokens?: number;
  readonly limit?: number;
  readonly seed: number;
  readonly atOnce: number;
}

export function registerSearch(program: Command): void {
  remoteSubcommand(
    program,
    'search',
    'try recipes of unlearning: all with few steps, the best of them with more',
  )
    .requiredOption('--model <model>', 'the model to start from')
    .requiredOption('--forget <file>', 'what to forget, JSON lines')
    .requiredOption('--retain <file>', 'what to keep, JSON lines')
    .requiredOption('--recipe <files...>', 'JSON files of a request\'s "unlearn" fields')
    .option(
      '--vary <field=values>',
      'values of a field with commas, such as objective.gamma=1,2 (repeatable: each with each)',
      collect,
      [],
    )
    .option(
      '--steps <counts>',
      'of each round; all: as many as the recipe has',
      stepsIn,
      [32, 64, 128],
    )
    .option('--eta <n>', 'one of so many goes on to the next round', atLeast(2), 2)
    .option('--forget-eval <file>', 'questions to choose by (default: the forget set)')
    .option('--retain-eval <file>', 'questions to choose by (default: the retain set)')
    .option(
      '--attacks <names>',
      'how the forget set is asked beside the plain question',
      attacksIn,
      ['first-three-words', 'first-quarter'],
    )
    .option(
      '--reference <model>',
      'a model that never saw the forget set (default: the bare base of a tuned model)',
    )
    .addOption(new Option('--judge <judge>', 'who judges').choices(judges))
    .option('--max-tokens <n>', 'of an answer', integer)
    .option('--limit <n>', 'questions asked per set', integer)
    .option('--seed <seed>', 'of every training', integer, 0)
    .option('--at-once <n>', 'jobs under way at a time', atLeast(1), 2)
    .action(run);
}

const atLeast =
  (least: number) =>
  (text: string): number => {
    const value = integer(text);
    if (value < least) throw new InvalidArgumentError(`must be at least ${least}.`);
    return value;
  };

function attacksIn(text: string): AskedName[] {
  const attacks = askedNames.filter((name) => isAttack(name) && name !== 'direct');
  return namesIn(text, attacks);
}

async function run(options: SearchOptions): Promise<void> {
  const client = tenantClient(options, patientRetries);
  const plan = await planOf(client, options);
  const found = await search(client, plan, note);
  if (options.json) return printJson(toJson(found));
  for (const round of found.rounds)
    print(table(roundHead(plan, round), roundLines(plan, found, round)));
  const { candidate, model } = found.winner;
  print(`best: ${candidate.name}: ${model}`);
  note('it was chosen by these questions: ask it others before you believe its figures');
}

async function planOf(client: LetheClient, options: SearchOptions): Promise<Plan> {
  const { model, forget, retain, steps, eta, seed, atOnce, attacks } = options;
  const { judge, limit, maxTokens } = options;
  const candidates = candidatesOf(options.recipe, options.vary);
  const reference = options.reference ?? (await baseOf(client, model));
  if (reference === model)
    throw new CommandError(
      `--reference ${model}: is the model itself: name one that never saw the forget set`,
      exitCodes.usage,
    );
  return {
    model,
    reference,
    candidates,
    steps,
    of: eta,
    seed,
    forget,
    retain,
    forgetEval: options.forgetEval ?? forget,
    retainEval: options.retainEval ?? retain,
    attacks,
    settings: {
      ...(judge === undefined ? {} : { judge }),
      ...(limit === undefined ? {} : { limit }),
      ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    },
    atOnce,
  };
}

/** @throws CommandError of a base model */
async function baseOf(client: LetheClient, model: string): Promise<string> {
  const { base = model } = await client.model(model);
  if (base === model)
    throw new CommandError(
      `${model} is a base model: name one that never saw the forget set by --reference`,
      exitCodes.usage,
    );
  return base;
}

const toJson = ({ before, reference, rounds, winner }: Search) => ({
  before: figuresOf(before),
  reference: figuresOf(reference),
  rounds: rounds.map(({ tried, ...round }) => ({ ...round, tried: tried.map(triedJson) })),
  winner: triedJson(winner),
});

const triedJson = ({ candidate, stands, goesOn, ...rest }: Search['winner']) => {
  const { found, ...standing } = stands ?? { found: new Map() };
  return { ...candidate, ...rest, ...standing, goes_on: goesOn, figures: figuresOf(found) };
};

const figuresOf = (found: Found) => Object.fromEntries(found);
