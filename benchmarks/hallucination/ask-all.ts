// All questions to a model, with their pictures. Each answer is kept as it comes: a run that was broken
// off goes on with the questions that are open.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type OpenAI from 'openai';
import { required } from '#collections/required.js';
import { imageTypeOf, imageTypes } from '#contracts/image-type.js';
import { wrong } from '../../cli/hallucination/rows.js';
import { note } from '../../cli/output.js';
import { openKept } from '../kept-lines.js';
import { untilFailure } from '../until-failure.js';
import type { CocoFolder } from './coco-folder.js';
import type { Question } from './question.js';
import type { System } from './systems.js';

export interface Asked {
  readonly model: string;
  /** Before the question; empty: none. */
  readonly system: string;
  readonly maxTokens: number;
  /** Questions in the air. */
  readonly atOnce: number;
}

interface Kept extends Question {
  /** Of all that shapes the answer but the picture's bytes. */
  readonly request: string;
  readonly answer: string;
}

/** Often enough to outlast queues that are full (429) and the restart of a service (503). */
const RETRIES = 10;
const TIMEOUT_MS = 3_600_000;

/**
 * @param file keeps the answers of all such calls: those of other settings stay and are not taken.
 * @returns answers by the id of their question.
 * @throws OpenAI.APIError at the first question that is refused, such as by a model that does not see.
 */
export async function askAll(
  client: OpenAI,
  asked: Asked,
  { name, fields }: System,
  questions: readonly Question[],
  { picture }: CocoFolder,
  file: string,
): Promise<Map<string, string>> {
  const patient = client.withOptions({ maxRetries: RETRIES, timeout: TIMEOUT_MS });
  const kept = await openKept<Kept>(file);
  const answers = new Map(kept.rows.map(({ request, answer }) => [request, answer]));
  const keys = new Map(questions.map((one) => [one.id, keyOf({ ...asked, fields }, one)]));
  const open = questions.filter(({ id }) => !answers.has(required(keys, id)));
  if (open.length > 0) note(`asking ${asked.model} ${open.length} questions: ${name} ...`);
  const answerTo = async (question: Question): Promise<void> => {
    const url = await dataUrl(picture(question.image));
    const answer = await answered(patient, requestOf(asked, fields, question.text, url));
    const request = required(keys, question.id);
    answers.set(request, answer);
    await kept.add({ ...question, answer, request });
  };
  // The first by itself: what is wrong with all of them is said once.
  for (const question of open.slice(0, 1)) await answerTo(question);
  await untilFailure(open.slice(1), asked.atOnce, answerTo);
  return new Map([...keys].map(([id, key]) => [id, required(answers, key)]));
}

const keyOf = (
  { model, system, maxTokens, fields }: Asked & Pick<System, 'fields'>,
  { image, text }: Question,
): string =>
  createHash('sha256')
    .update(JSON.stringify([model, system, maxTokens, fields, image, text]))
    .digest('hex')
    .slice(0, 24);

type Request = OpenAI.ChatCompletionCreateParamsStreaming;

const requestOf = (
  { model, system, maxTokens }: Asked,
  fields: System['fields'],
  text: string,
  url: string,
): Request => ({
  ...fields,
  model,
  max_tokens: maxTokens,
  stream: true,
  messages: [
    ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
    {
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url } },
        { type: 'text', text },
      ],
    },
  ],
});

/** As a stream: fetch waits five minutes for the first byte of an answer, and no longer. */
async function answered(client: OpenAI, request: Request): Promise<string> {
  let text = '';
  let hasEnded = false;
  for await (const { choices } of await client.chat.completions.create(request))
    for (const { delta, finish_reason: reason } of choices) {
      text += delta.content ?? '';
      hasEnded ||= reason !== null;
    }
  if (!hasEnded) throw new Error('an answer broke off: run the command again');
  return text.trim();
}

async function dataUrl(path: string): Promise<string> {
  const bytes = await readFile(path);
  const type = imageTypeOf(bytes);
  if (!type) throw wrong(`${path} is no picture: expected ${imageTypes.join(', ')}`);
  return `data:${type};base64,${bytes.toString('base64')}`;
}
