// All ways asked for captions and with yes/no questions, and judged by CHAIR and POPE.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type OpenAI from 'openai';
import { first } from '#collections/items.js';
import { required } from '#collections/required.js';
import type { Row } from '../../../benchmarks/hallucination/table.js';
import { chairReport } from '../../../cli/hallucination/chair.js';
import { popeReport } from '../../../cli/hallucination/pope.js';
import { describeQuestion } from '../../../models/lethe-tiny-vl/scenes/caption.js';
import { popeSplits, type PopeSplit } from '../../../models/lethe-tiny-vl/scenes/questions.js';
import { ask, type Uploaded } from './asking.js';
import { type Exhibit, filesOf, popeRows } from './exhibits.js';
import { jsonLines } from './lines.js';
import { type Way, ways } from './ways.js';

const CAPTION_TOKENS = 96;
const ANSWER_TOKENS = 5;

export interface Judged {
  readonly chair: readonly Row[];
  readonly pope: Readonly<Record<PopeSplit, readonly Row[]>>;
  /** By way, then by picture. */
  readonly captions: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export interface Judging {
  readonly client: OpenAI;
  readonly folder: string;
  readonly exhibits: readonly Exhibit[];
  readonly uploaded: Uploaded;
  readonly begun: (way: Way) => void;
}

export async function judge(judging: Judging): Promise<Judged> {
  const captions = new Map<string, ReadonlyMap<string, string>>();
  for (const way of ways) {
    judging.begun(way);
    captions.set(way.id, await described(judging, way));
    await answered(judging, way);
  }
  return { chair: await chairRows(judging), pope: await allPopeRows(judging), captions };
}

const captionsFile = (folder: string, { id }: Way): string => join(folder, id, 'captions.jsonl');
const answersFile = (folder: string, { id }: Way, split: PopeSplit): string =>
  join(folder, id, `answers-${split}.jsonl`);

async function described(
  { client, folder, exhibits, uploaded }: Judging,
  way: Way,
): Promise<Map<string, string>> {
  const questions = exhibits.map(({ image }) => ({
    id: String(image),
    image,
    text: describeQuestion,
    maxTokens: CAPTION_TOKENS,
  }));
  const captions = await ask(client, way, questions, uploaded);
  mkdirSync(join(folder, way.id), { recursive: true });
  const rows = exhibits.map(({ image }) => ({
    image_id: image,
    caption: required(captions, String(image)),
  }));
  writeFileSync(captionsFile(folder, way), jsonLines(rows));
  return captions;
}

/** What several splits ask is asked once. */
async function answered({ client, folder, exhibits, uploaded }: Judging, way: Way): Promise<void> {
  const asked = popeSplits.flatMap((split) => popeRows(exhibits, split));
  const questions = new Map(
    asked.map(({ question_id: id, image, text }) => [
      id,
      { id, image: Number.parseInt(image, 10), text, maxTokens: ANSWER_TOKENS },
    ]),
  );
  const answers = await ask(client, way, [...questions.values()], uploaded);
  for (const split of popeSplits) {
    const rows = popeRows(exhibits, split).map(({ question_id: id }) => ({
      question_id: id,
      text: required(answers, id),
    }));
    writeFileSync(answersFile(folder, way, split), jsonLines(rows));
  }
}

function chairRows({ folder }: Judging): Promise<Row[]> {
  const { instances, captions, synonyms } = filesOf(folder);
  const truth = { instances: [instances], captions: [captions], synonyms };
  const reportOf = (files: Files) => chairReport({ ...files, ...truth });
  return rowsBy((way) => captionsFile(folder, way), reportOf);
}

async function allPopeRows({ folder }: Judging): Promise<Judged['pope']> {
  const of = (split: PopeSplit): Promise<Row[]> =>
    rowsBy(
      (way) => answersFile(folder, way, split),
      (files) => popeReport({ ...files, questions: filesOf(folder).questions(split) }),
    );
  return {
    random: await of('random'),
    popular: await of('popular'),
    adversarial: await of('adversarial'),
  };
}

interface Files {
  readonly answers: string;
  readonly baseline?: string;
}

/** The first way's answers are what the others' are held against. */
const rowsBy = (
  fileOf: (way: Way) => string,
  report: (files: Files) => Promise<Row['report']>,
): Promise<Row[]> =>
  Promise.all(
    ways.map(async (system, i) => {
      const baseline = i > 0 ? { baseline: fileOf(first(ways)) } : {};
      return { system, report: await report({ answers: fileOf(system), ...baseline }) };
    }),
  );
