// What published chat templates render, against digests of what transformers renders of the same
// conversations.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { realChatTemplates } from '#testing/real-chat-templates.js';
import { ConversationError } from '../errors/conversation.error.js';
import type { ChatMessage } from '../types.js';
import { ChatTemplate } from './chat-template.js';
import { Sealer } from './sealed-text.js';

const golden = (name: string): string => readFileSync(`test/golden/chat-templates/${name}`, 'utf8');
const conversations = JSON.parse(golden('conversations.json')) as ChatMessage[][];
const digests = new Map(
  golden('digests.txt')
    .split('\n')
    .slice(0, -1)
    .map((row) => [row.split(' ')[0]!, row.split(' ').slice(1)]),
);
const templates = realChatTemplates();
const specials = { bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>', pad_token: '<pad>' };

/**
 * Made for messages whose content is a list of parts. Python reads the letters of a text as such
 * parts, and drops them silently; here a text is a part by itself.
 */
const FOR_PARTS = ['llama-guard3:1b', 'llama3.2-vision:90b', 'llama3.2-vision:latest'];

const digest = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 6);

/**
 * The text; or what the template raised, or `error` where it could not be rendered, as the golden's
 * script has it.
 */
function outcomes(
  template: ChatTemplate,
  messages: readonly ChatMessage[],
  prompt: boolean,
): string[] {
  try {
    return [template.render(messages, prompt)];
  } catch (error) {
    expect(error).toBeInstanceOf(ConversationError);
    return [
      `raised: ${(error as Error).message.replace(/^the chat template of \S+ does not take this conversation: /, '')}`,
      'error',
    ];
  }
}

beforeEach(() => vi.useFakeTimers({ now: new Date(2026, 6, 4, 15, 6, 7) }));
afterEach(() => vi.useRealTimers());

test('there are digests of all templates', () => {
  expect([...digests.keys()]).toEqual([...templates.keys()]);
  expect([templates.size, conversations.length]).toEqual([97, 12]);
  for (const row of digests.values()) expect(row).toHaveLength(2 * conversations.length);
});

test.each([...templates.keys()].filter((name) => !FOR_PARTS.includes(name)))('%s', (name) => {
  const template = new ChatTemplate(templates.get(name)!, specials, 'x');
  const cases = conversations.flatMap((messages) =>
    [false, true].map((prompt) => outcomes(template, messages, prompt)),
  );
  const wrong = cases.filter(
    (texts, i) => !texts.some((text) => digest(text) === digests.get(name)![i]),
  );
  expect(wrong).toEqual([]);
});

test.each(FOR_PARTS)('%s is shown texts as parts', (name) => {
  const template = new ChatTemplate(templates.get(name)!, specials, 'x');
  const [conversation = []] = conversations;
  const text = template.render(conversation, true);
  for (const { content } of conversation) expect(text).toContain(content.trim());
});

test('no template makes a control token of what was sealed', () => {
  for (const [name, source] of templates) {
    const spelt = [...new Set(source.match(/<[|｜]?[\w▁]+[|｜]?>|\[\/?[A-Z]+\]/g) ?? [])];
    const sealer = new Sealer(
      spelt.map((content, id) => ({ id, content, lstrip: false, rstrip: false })),
    );
    const template = new ChatTemplate(source, specials, name);
    const controls = (content: string): unknown[] => {
      const messages = ['user', 'assistant', 'user'].map((role) => ({
        role,
        content: sealer.seal(content),
      }));
      return outcomes(template, messages, true).map((text) =>
        sealer.split(text).filter((part) => typeof part !== 'string'),
      );
    };
    expect([name, controls(spelt.join(''))]).toEqual([name, controls('x')]);
  }
});
