import { Template } from '@huggingface/jinja';
import { expect, test } from 'vitest';
import { renderBounded } from './bounded-jinja.js';
import { ChatTemplate, FALLBACK_TEMPLATE } from './chat-template.js';

const render = (source: string): string => renderBounded(new Template(source), { messages: [] });
const loop = (name: string, body: string, end = 1000): string =>
  `{% for ${name} in range(${end}) %}${body}{% endfor %}`;

test.each([
  ['a range', '{{ range(1000000000)|length }}', 'range() has more than 100000 items'],
  ['an endless range', '{{ range(0, 10, 0)|length }}', 'range() has more than 100000 items'],
  ['nested loops', loop('a', loop('b', loop('c', loop('d', '{{ d }}')))), 'steps'],
  ['loops without a word', loop('a', loop('b', loop('c', '{% if a == b %}{% endif %}'))), 'steps'],
  [
    'a text that doubles',
    `{% set n = namespace(x='abcdefgh') %}${loop('a', '{% set n.x = n.x + n.x %}', 100)}`,
    'steps',
  ],
  [
    'a list that doubles',
    `{% set n = namespace(x=range(1000)) %}${loop('a', '{% set n.x = n.x + n.x %}', 100)}`,
    'steps',
  ],
  ['an answer too long', loop('a', '0123456789'.repeat(1000), 100_000), 'steps'],
])(
  '%s ends in an error',
  (_, source, message) => {
    const started = performance.now();
    expect(() => render(source)).toThrow(message);
    expect(performance.now() - started).toBeLessThan(30_000);
  },
  60_000,
);

test('names and functions are those of the original', () => {
  const source =
    '{{ range(3)|length }} {{ range(5, 1, -2)[1] }} {{ True and true }} {{ none is none }} {{ None == none }}';
  expect(render(source)).toBe(new Template(source).render({}));
  expect(() => render("{{ raise_exception('No system') }}")).toThrow('No system');
});

test('a conversation of 2,000 long messages is rendered', () => {
  const template = new ChatTemplate(FALLBACK_TEMPLATE, { eos_token: '</s>' }, 'tiny');
  const messages = Array.from({ length: 2000 }, (_, i) => ({
    role: i % 2 ? 'assistant' : 'user',
    content: 'Who? '.repeat(200),
  }));
  expect(template.render(messages, true).length).toBeGreaterThan(2_000_000);
});
