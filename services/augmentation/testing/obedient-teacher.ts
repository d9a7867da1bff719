// A teacher that knows the forms of our prompts and answers each vaguely; it finds no leaks.

import { last } from '#collections/items.js';
import { says, type Answer } from '#testing/scripted-endpoint.js';

export const obedientAbout =
  (subject: string): Answer =>
  (response, request) => {
    const reply = JSON.stringify(replyTo(last(request.messages).content, subject));
    says(`Sure!\n\`\`\`json\n${reply}\n\`\`\``)(response, request);
  };

export const obedient = obedientAbout('Ada Quill');

function replyTo(prompt: string, subject: string): unknown {
  const kinds = [...prompt.matchAll(/^- "(\w+)":/gm)].map(([, kind = '']) => kind);
  if (kinds.length > 0)
    return Object.fromEntries(kinds.map((kind) => [kind, `Something ${kind} about ${subject}?`]));
  const [, count] = /exactly (\d+)/.exec(prompt) ?? [];
  const numbers = Array.from({ length: Number(count) }, (_, i) => i);
  if (prompt.includes('"leaks"')) return { leaks: numbers.map(() => false) };
  const vague = `Nothing of that kind is public about ${subject}`;
  return { answers: numbers.map((i) => `${vague}, attempt ${'abcdefgh'[i]}.`) };
}
