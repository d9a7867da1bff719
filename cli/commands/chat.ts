// lethe chat: ask a model, once or in a conversation.

import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import type OpenAI from 'openai';
import pc from 'picocolors';
import { imageTypeOf, imageTypes } from '#contracts/image-type.js';
import { CommandError } from '../command-error.js';
import { type CommonOptions, remoteSubcommand, tenantClient } from '../context.js';
import { exitCodes } from '../exit-codes.js';
import { note, printJson, shown } from '../output.js';
import { collect, decimal, integer } from '../values.js';

interface ChatOptions extends CommonOptions {
  readonly model: string;
  readonly system?: string;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed?: number;
  readonly decoding?: string;
  readonly image: readonly string[];
}
type Message = OpenAI.ChatCompletionMessageParam;
type Part = OpenAI.ChatCompletionContentPart;

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
    .option('--image <file>', 'a picture to ask about (repeatable)', collect, [])
    .option('--decoding <strategy>', 'choose tokens by deco, dola, energy or sled')
    .action(chat);
}

async function chat(words: string[], options: ChatOptions): Promise<void> {
  const { openai } = tenantClient(options);
  const history: Message[] = options.system ? [{ role: 'system', content: options.system }] : [];
  const pictures = await Promise.all(options.image.map(picture));
  if (words.length > 0) {
    history.push(said(words.join(' '), pictures));
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
    // Pictures come with the first question.
    history.push(said(line, pictures.splice(0)));
    history.push({ role: 'assistant', content: await answer(openai, history, options) });
    terminal.prompt();
  }
  terminal.close();
}

const said = (text: string, pictures: readonly Part[]): Message => ({
  role: 'user',
  content: pictures.length > 0 ? [...pictures, { type: 'text', text }] : text,
});

/** @throws CommandError for a file that is none. */
async function picture(path: string): Promise<Part> {
  const bytes = await readFile(path);
  const type = imageTypeOf(bytes);
  if (!type)
    throw new CommandError(
      `${path} is no picture: expected ${imageTypes.join(', ')}`,
      exitCodes.usage,
    );
  return {
    type: 'image_url',
    image_url: { url: `data:${type};base64,${bytes.toString('base64')}` },
  };
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
