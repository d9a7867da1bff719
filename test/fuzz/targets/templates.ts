// Chat templates.

import { ChatTemplate, FALLBACK_TEMPLATE } from '#models/text/chat-template.js';
import { TINY_TEMPLATE } from '#testing/tiny-model.js';
import { mutateText } from '../mutate.js';
import type { Target } from '../target.js';

const TEMPLATES = [
  TINY_TEMPLATE,
  FALLBACK_TEMPLATE,
  "{% set ns = namespace(n=0) %}{% for m in messages %}{% if loop.first %}{{ bos_token }}{% endif %}{{ m['content'] | trim }}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}",
  "{% macro turn(m) %}{{ m.role | upper ~ ': ' ~ m.content.strip() }}{% endmacro %}{% for m in messages[1:] %}{{ turn(m) }}{% endfor %}{{ raise_exception('no') }}",
];
const WORDS = [
  '{% for i in range(3) %}',
  '{% endfor %}',
  '{% if x %}',
  '{{ messages }}',
  '{{ constructor }}',
  '{{ messages.__proto__ }}',
  "{{ ''.constructor.constructor('return process')() }}",
  '{%- ',
  ' -%}',
  '}}',
  '{{',
  '| tojson',
  '| length',
  "~ 'x'",
  '* 1000000',
  "'x' * 100",
  '[',
  ')',
  '(((((((((',
  'not ',
  '{# ',
  '| map(attribute="role") | list',
];

export const templates: Target = {
  name: 'templates',
  inputs: 9000,
  open: async () => ({
    run(random) {
      const source = mutateText(random, random.pick(TEMPLATES), WORDS);
      const template = new ChatTemplate(source, { bos_token: '<s>', eos_token: '</s>' }, 'fuzzed');
      template.turn();
      template.render(
        [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
        ],
        true,
      );
    },
  }),
};
