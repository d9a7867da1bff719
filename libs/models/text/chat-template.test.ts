// What is said of a conversation that a template does not take.

import { expect, test } from 'vitest';
import { ConversationError } from '../errors/conversation.error.js';
import type { ChatMessage } from '../types.js';
import { ChatTemplate } from './chat-template.js';

const SECRET = 'Ada was born in Sarn';
const question = { role: 'user', content: SECRET };
const toolAnswer = { role: 'tool', content: SECRET, toolCallId: 'c', name: 'n' };

function refusal(source: string, ...messages: ChatMessage[]): ConversationError {
  try {
    new ChatTemplate(source, {}, 'tiny').render(messages, true);
  } catch (error) {
    if (ConversationError.isInstance(error)) return error;
  }
  throw new Error('expected the template to refuse');
}

test.each([
  ["{{ raise_exception('No system message, please') }}", 'No system message, please'],
  ['{{ range(1000000) }}', 'range() has more than 100000 items'],
  ["{{ raise_exception('Not taken: ' + messages[0].content) }}", 'it cannot be rendered'],
  ['{{ raise_exception(messages[0].content) }}', 'it cannot be rendered'],
  ['{{ messages[0].content | nothing }}', 'it cannot be rendered'],
])('%s: what it says itself is public, what it quotes is not', (source, reason) => {
  const { publicMessage } = refusal(source, question);
  expect(publicMessage).toBe(
    `the chat template of tiny does not take this conversation: ${reason}`,
  );
  const said = refusal(source, question, toolAnswer).publicMessage;
  expect(said).toBe(
    `the chat template of tiny does not take this conversation: with tools, from messages.1 on: ${reason}`,
  );
});
