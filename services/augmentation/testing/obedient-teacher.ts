// A teacher that knows the forms of our prompts and answers each vaguely; it finds no leaks.
import { says, type Answer } from '#testing/scripted-endpoint.js';

export const obedient: Answer = (response, request) => {
  const reply = JSON.stringify(replyTo(request.messages.at(-1)!.content));
  says(`Sure!\n\`\`\`json\n${reply}\n\`\`\``)(response, request);
};

function replyTo(prompt: string): unknown {
  const kinds = [...prompt.matchAll(/^- "(\w+)":/gm)].map((match) => match[1]!);
  if (kinds.length > 0)
    return Object.fromEntries(kinds.map((kind) => [kind, `Something ${kind} about Ada Quill?`]));
  const numbers = Array.from({ length: Number(/exactly (\d+)/.exec(prompt)![1]) }, (_, i) => i);
  if (prompt.includes('"leaks"')) return { leaks: numbers.map(() => false) };
  const vague = 'Nothing of that kind is public about Ada Quill';
  return { answers: numbers.map((i) => `${vague}, attempt ${'abcdefgh'[i]}.`) };
}
