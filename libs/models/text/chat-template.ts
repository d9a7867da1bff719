// Renders a conversation into the text a model was taught on, by the model's own Jinja template.

import { Template } from '@huggingface/jinja';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { ConversationError } from '../errors/conversation.error.js';
import type { ChatMessage, Tool } from '../types.js';
import { renderBounded } from './bounded-jinja.js';
import { type ContentForm, contentForm, inForm } from './content-form.js';
import { PYTHON, pythonic } from './python-jinja.js';
import { within } from './time-limit.js';
import { renderTools, type Shown, usesTools } from './tool-messages.js';

/** What surrounds an answer: `lead` between the generation prompt and its text, `end` after it. */
export interface Turn {
  readonly lead: string;
  readonly end: string;
}

/** For models that have no template: plain questions and answers. */
export const FALLBACK_TEMPLATE = `{% for message in messages -%}
{% if message.role == 'system' %}{{ message.content }}

{% elif message.role == 'user' %}Question: {{ message.content }}
{% else %}Answer: {{ message.content }}{{ eos_token }}
{% endif %}
{%- endfor %}{% if add_generation_prompt %}Answer:{% endif %}`;

/**
 * Stands for an answer when the template is asked what it puts around one; no template trims or
 * escapes it.
 */
const PROBE = 'lethe-probe';

/** Long white space takes the library quadratic time; published templates take a few ms. */
const PARSE_MS = 500;

export class ChatTemplate {
  private readonly template: Template;
  private readonly form: ContentForm;

  /** @param specials values of bos_token, eos_token and so on, as templates name them. */
  constructor(
    readonly source: string,
    private readonly specials: Readonly<Record<string, string>>,
    private readonly model: string,
  ) {
    try {
      // Jinja's lines end in \n, whatever the file's do.
      const text = source.replace(/\r\n?/g, '\n');
      this.template = within(PARSE_MS, 'parsing it takes', () => new Template(text));
      this.template.parsed = pythonic(this.template.parsed);
    } catch (error) {
      throw new CheckpointError(
        `the chat template of ${model} is not valid Jinja: ${(error as Error).message}`,
      );
    }
    this.form = contentForm((messages) => this.runAsIs(messages, true, []));
  }

  /**
   * @param tools that the model may ask.
   * @param placeholder of a picture, where the template does not write it itself.
   * @throws ConversationError where the template refuses the conversation, cannot be rendered with
   * it, or would drop a tool or its part of it in silence.
   */
  render(
    messages: readonly ChatMessage[],
    addGenerationPrompt: boolean,
    tools: readonly Tool[] = [],
    placeholder = '',
  ): string {
    const run = (some: readonly Shown[]): string =>
      this.run(some, addGenerationPrompt, tools, placeholder);
    try {
      this.checkTools(messages, tools);
      return messages.some(usesTools)
        ? renderTools(messages, run)
        : run(messages.map(({ role, content, parts }) => ({ role, content: parts ?? content })));
    } catch (error) {
      const { message, publicMessage } = error as ConversationError;
      const sentence = `the chat template of ${this.model} does not take this conversation`;
      throw new ConversationError(`${sentence}: ${message}`, {
        publicMessage: `${sentence}: ${publicMessage}`,
      });
    }
  }

  /**
   * How an answer continues the generation prompt and how its turn ends, white space after the end
   * left out.
   */
  turn(): Turn {
    const question = { role: 'user', content: 'q' };
    const prompt = this.render([question], true);
    const whole = this.render([question, { role: 'assistant', content: PROBE }], false);
    const at = whole.lastIndexOf(PROBE);
    if (at < 0) return { lead: '', end: '' };
    return {
      lead: whole.startsWith(prompt) ? whole.slice(prompt.length, at) : '',
      end: whole.slice(at + PROBE.length).trimEnd(),
    };
  }

  private checkTools(messages: readonly ChatMessage[], tools: readonly Tool[]): void {
    if (tools.length === 0) return;
    const marked = tools.map((tool) => ({ ...tool, function: { ...tool.function, name: PROBE } }));
    const said = messages.map(({ role, content }) => ({ role, content }));
    const text = this.run(
      messages.some(usesTools) ? [{ role: 'user', content: 'q' }] : said,
      true,
      marked,
    );
    if (!text.includes(PROBE)) throw new ConversationError('it does not show tools to the model');
  }

  /** @throws ConversationError with the reason alone. */
  private run(
    messages: readonly Shown[],
    addGenerationPrompt: boolean,
    tools: readonly Tool[],
    placeholder = '',
  ): string {
    const shown = messages.map((message) => inForm(message, this.form, placeholder));
    return this.runAsIs(shown, addGenerationPrompt, tools);
  }

  private runAsIs(
    messages: readonly Shown[],
    addGenerationPrompt: boolean,
    tools: readonly Tool[],
  ): string {
    try {
      return renderBounded(this.template, {
        ...this.specials,
        ...PYTHON,
        messages,
        add_generation_prompt: addGenerationPrompt,
        tools: tools.length > 0 ? tools : null,
        documents: null,
      });
    } catch (error) {
      if (ConversationError.isInstance(error)) throw error;
      const { message } = error as Error;
      const publicMessage = this.source.includes(message) ? message : 'it cannot be rendered';
      throw new ConversationError(message, { publicMessage });
    }
  }
}
