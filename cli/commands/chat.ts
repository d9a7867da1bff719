// lethe chat: ask a model, once or in a conversation.

import type { Command } from 'commander';
import { createInterface } from 'node:readline/promises';
import type OpenAI from 'openai';
import pc from 'picocolors';
import { type CommonOptions, remoteSubcommand, tenantClient } from '../context.js';
import { note, printJson, shown } from '../output.js';
import { decimal, integer } from '../values.js';

interface ChatOptions extends CommonOptions {
  readonly model: string;
  readonly system?: string;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed?: number;
  readonly decoding?: string;
}
type Message = OpenAI.ChatCompletionMessageParam;

export function registerChat(program: Command): void {
  remoteSubcommand(
    program,
    'chat [question...]',
    'ask a model; without a question, hold a conversation',
  )
    .requiredOption('--model <model>', 'the model to ask')
    .option('--system <text>', 'a system message')
    .option('--max-tokens <n>', 'longest answer, in tokens', integer, 256)
    .option('--temperature <t>', '0 always takes the likeliest token', decimal, 0)
    .option('--seed <seed>', 'seed of sampling', integer)
    .option('--decoding <strategy>', 'choose tokens by deco, dola, energy or sled')
    .action(chat);
}

async function chat(words: string[], options: ChatOptions): Promise<void> {
  const { openai } = tenantClient(options);
  const history: Message[] = options.system ? [{ role: 'system', content: options.system }] : [];
  if (words.length > 0) {
    history.push({ role: 'user', content: words.join(' ') });
    if (options.json)
      return printJson(await openai.chat.completions.create(request(history, options)));
    await answer(openai, history, options);
    return;
  }
  const terminal = createInterface({
    input: process.stdin,
    output: process.stderr,
    prompt: pc.cyan('you> '),
  });
  if (process.stdin.isTTY) note(pc.dim('an empty line ends the conversation'));
  terminal.prompt();
  for await (const line of terminal) {
    if (line.trim() === '') break;
    history.push({ role: 'user', content: line });
    history.push({ role: 'assistant', content: await answer(openai, history, options) });
    terminal.prompt();
  }
  terminal.close();
}

const request = (messages: Message[], options: ChatOptions) => ({
  model: options.model,
  messages,
  max_tokens: options.maxTokens,
  temperature: options.temperature,
  seed: options.seed,
  ...(options.decoding ? { decoding: { strategy: options.decoding } } : {}),
});

/** Streams one answer to stdout. */
async function answer(openai: OpenAI, messages: Message[], options: ChatOptions): Promise<string> {
  let text = '';
  for await (const chunk of await openai.chat.completions.create({
    ...request(messages, options),
    stream: true,
  })) {
    const piece = chunk.choices[0]?.delta.content ?? '';
    process.stdout.write(process.stdout.isTTY ? shown(piece) : piece);
    text += piece;
  }
  process.stdout.write('\n');
  return text;
}
