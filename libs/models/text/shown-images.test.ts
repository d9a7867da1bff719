// Conversations with pictures: as published templates write them, and as tokens.

import { expect, test } from 'vitest';
import { byteTokenizer } from '#testing/tiny-model.js';
import { ConversationError } from '../errors/conversation.error.js';
import type { ChatMessage } from '../types.js';
import { ChatTemplate } from './chat-template.js';
import { Tokenizer } from './tokenizer.js';

/** As published: llava-hf/llava-1.5-7b-hf and HuggingFaceTB/SmolVLM-256M-Instruct. */
const LLAVA = `{% for message in messages %}{% if message['role'] != 'system' %}{{ message['role'].upper() + ': '}}{% endif %}{# Render all images first #}{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}{{ '<image>\n' }}{% endfor %}{# Render all text next #}{% if message['role'] != 'assistant' %}{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ content['text'] + ' '}}{% endfor %}{% else %}{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{% generation %}{{ content['text'] + ' '}}{% endgeneration %}{% endfor %}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}`;
const SMOLVLM = `<|im_start|>{% for message in messages %}{{message['role'] | capitalize}}{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>
{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}`;
/** Knows texts alone. */
const TEXT = `{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}`;
/** Shows one picture, however many there are. */
const ONE = `{% for message in messages %}{% for part in message.content %}{{ part.text or '' }}{% endfor %}{% endfor %}<image>`;

const said = (text: string) => ({ type: 'text', text }) as const;
const picture = { type: 'image' } as const;
const conversation: ChatMessage[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: '', parts: [said('What is'), picture, said('beside'), picture] },
  { role: 'assistant', content: 'A cat.' },
  { role: 'user', content: 'Sure?' },
];

test.each([
  // What transformers 5.23 renders where the same texts are parts.
  [
    'LLaVA',
    LLAVA,
    'Be brief. USER: <image>\n<image>\nWhat is beside ASSISTANT: A cat. USER: Sure? ASSISTANT:',
  ],
  [
    'SmolVLM',
    SMOLVLM,
    '<|im_start|>System: Be brief.<end_of_utterance>\nUser: What is<image>beside<image><end_of_utterance>\nAssistant: A cat.<end_of_utterance>\nUser: Sure?<end_of_utterance>\nAssistant:',
  ],
  [
    'a template of texts',
    TEXT,
    'system: Be brief.\nuser: What is\n<image>\nbeside\n<image>\nassistant: A cat.\nuser: Sure?\n',
  ],
])('%s', (_, source, text) => {
  expect(new ChatTemplate(source, {}, 'x').render(conversation, true, [], '<image>')).toBe(text);
});

test('a turn is told by templates that take parts alone', () => {
  const smolvlm = new ChatTemplate(SMOLVLM, {}, 'x').turn();
  expect(smolvlm).toEqual({ lead: ' ', end: '<end_of_utterance>' });
});

const TOKENS = ['<|endoftext|>', '<|im_start|>', '<|im_end|>', '<image>', '<global-img>'];
const [IMAGE, WHOLE] = [259, 260];

/** That of pictures is not said to be special: some published tokenizers have it so. */
function tokenizerOf(chatTemplate: string): Tokenizer {
  const tokenizer = byteTokenizer(TOKENS) as { added_tokens: { content: string }[] };
  const added = tokenizer.added_tokens.map((token) =>
    token.content === '<image>' ? { ...token, special: false } : token,
  );
  return new Tokenizer({
    tokenizer: { ...tokenizer, added_tokens: added },
    config: { eos_token: '<|im_end|>', chat_template: chatTemplate },
    imageToken: IMAGE,
    model: 'x',
  });
}

const spelt = (placeholders: number) => [{ text: '<global-img>' }, { placeholders }];
const marks = (ids: readonly number[]): number[] => ids.filter((id) => id >= IMAGE);

test('pictures are spelt in the places of their placeholders, each as its own', () => {
  const tokenizer = tokenizerOf(SMOLVLM);
  const images = { token: IMAGE, images: [spelt(2), spelt(3)] };
  const ids = tokenizer.encodeChat(conversation, '', [], images);
  expect(marks(ids)).toEqual([WHOLE, IMAGE, IMAGE, WHOLE, IMAGE, IMAGE, IMAGE]);
  const text = tokenizer.decode(ids, { spellsSpecial: true });
  expect(text).toContain('What is<global-img><image><image>beside<global-img>');
});

test('what a user writes is no placeholder', () => {
  const tokenizer = tokenizerOf(LLAVA);
  const parts = [said('an <image> and <global-img>'), picture];
  const ids = tokenizer.encodeChat([{ role: 'user', content: '', parts }], '', [], {
    token: IMAGE,
    images: [spelt(1)],
  });
  expect(marks(ids)).toEqual([WHOLE, IMAGE]);
  expect(tokenizer.decode(ids)).toContain('an <image> and <global-img>');
  const asked = tokenizer.encodeChat([{ role: 'user', content: '<image>' }]);
  expect(marks(asked)).toEqual([]);
});

test('a template that shows another number of pictures is refused', () => {
  const images = { token: IMAGE, images: [spelt(1), spelt(1)] };
  expect(() => tokenizerOf(ONE).encodeChat(conversation, '', [], images)).toThrow(
    new ConversationError(
      'the chat template shows the model 1 pictures where the conversation has 2',
    ),
  );
});
