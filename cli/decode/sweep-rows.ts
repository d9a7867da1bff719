// Asks the gateway what settings of DeCo make of rows, a few at a time.

import { BadRequestError } from 'openai';
import type { LetheClient } from '#client/lethe-client.js';
import { zip } from '#collections/zip.js';
import type { SweptAnswer } from '#metrics/decoding/swept.js';
import { wrong } from '../hallucination/rows.js';
import {
  defaultAlphas,
  defaultWindows,
  type Setting,
  settingsOf,
  type Window,
} from './settings.js';
import type { TuningRow } from './tuning-rows.js';

const AT_ONCE = 4;

/** Of what rows show in one request, whose body a gateway bounds (MAX_BODY_BYTES); one row at least. */
const SHOWN_CHARACTERS = 16 * 2 ** 20;

/** A part of a message that may show a picture. */
interface Shown {
  readonly image_url?: { readonly url: string };
}

interface Asked {
  readonly model: string;
  readonly layers?: readonly Window[];
  readonly alphas?: readonly number[];
}

/** Windows that are not given follow from the depth of the model, of a tuned one that of its base. */
export async function settingsFor(
  client: LetheClient,
  { model, layers, alphas = defaultAlphas }: Asked,
): Promise<Setting[]> {
  if (layers) return settingsOf(layers, alphas);
  const { base = model } = await client.model(model);
  const { layers: depth = 0 } = await client.model(base);
  return settingsOf(defaultWindows(depth), alphas);
}

/** @param told how many rows are done. @throws CommandError that names the line of a row that is refused. */
export async function sweepRows(
  client: LetheClient,
  asked: Omit<Parameters<LetheClient['sweep']>[0], 'rows'>,
  rows: readonly TuningRow[],
  told: (done: number) => void,
): Promise<SweptAnswer[]> {
  const answers: SweptAnswer[] = [];
  for (const some of portions(rows)) {
    const body = some.map(({ messages, answer, wrong: others }) => ({
      messages,
      answer,
      ...(others.length > 0 ? { wrong: others } : {}),
    }));
    const { data } = await client.sweep({ ...asked, rows: body }).catch((error: unknown) => {
      throw named(error, some);
    });
    for (const [, { tokens, candidates, log_prob: logProb, greedy, outranks, settings }] of zip(
      some,
      data,
    ))
      answers.push({
        tokens,
        candidates,
        logProb,
        greedy,
        outranks,
        settings: settings.map(({ log_prob, ...said }) => ({ ...said, logProb: log_prob })),
      });
    told(answers.length);
  }
  return answers;
}

/** Rows of each request. */
export function portions(rows: readonly TuningRow[]): TuningRow[][] {
  const all: TuningRow[][] = [];
  let characters = 0;
  for (const row of rows) {
    const shown = shownCharacters(row);
    const last = all.at(-1);
    if (last && last.length < AT_ONCE && characters + shown <= SHOWN_CHARACTERS) {
      last.push(row);
      characters += shown;
    } else {
      all.push([row]);
      characters = shown;
    }
  }
  return all;
}

const shownCharacters = ({ messages }: TuningRow): number =>
  messages
    .flatMap(({ content }) => (Array.isArray(content) ? (content as readonly Shown[]) : []))
    .reduce((sum, part) => sum + (part.image_url?.url.length ?? 0), 0);

/** A row of a request, by its line in the file. */
function named(error: unknown, rows: readonly TuningRow[]): unknown {
  if (!(error instanceof BadRequestError)) return error;
  const [, index] = /^rows\.(\d+)/.exec(error.param ?? '') ?? [];
  const row = index === undefined ? undefined : rows[Number(index)];
  return row ? wrong(`line ${row.line}: ${error.message}`) : error;
}
