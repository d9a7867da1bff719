// Pictures uploaded as files, and questions about them through the API.

import OpenAI, { toFile } from 'openai';
import { required } from '#collections/required.js';
import { untilFailure } from '../../../benchmarks/until-failure.js';
import type { Exhibit } from './exhibits.js';
import type { Way } from './ways.js';

/** Requests in the air. */
const AT_ONCE = 12;

export interface Question {
  readonly id: string;
  readonly image: number;
  readonly text: string;
  readonly maxTokens: number;
}

/** Ids of files, by picture. */
export type Uploaded = ReadonlyMap<number, string>;

export async function upload(client: OpenAI, exhibits: readonly Exhibit[]): Promise<Uploaded> {
  const ids = new Map<number, string>();
  await untilFailure(exhibits, AT_ONCE, async ({ image, png }) => {
    const file = await toFile(png, `${image}.png`, { type: 'image/png' });
    ids.set(image, (await client.files.create({ file, purpose: 'vision' })).id);
  });
  return ids;
}

export const forget = (client: OpenAI, uploaded: Uploaded): Promise<void> =>
  untilFailure([...uploaded.values()], AT_ONCE, async (id) => void (await client.files.delete(id)));

/** @returns answers by question. */
export async function ask(
  client: OpenAI,
  { model, fields }: Way,
  questions: readonly Question[],
  uploaded: Uploaded,
): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  await untilFailure(questions, AT_ONCE, async ({ id, image, text, maxTokens }) => {
    const url = required(uploaded, image);
    const { choices } = await client.chat.completions.create({
      ...fields,
      model,
      max_tokens: maxTokens,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url } },
            { type: 'text', text },
          ],
        },
      ],
    });
    answers.set(id, choices[0]?.message.content ?? '');
  });
  return answers;
}
