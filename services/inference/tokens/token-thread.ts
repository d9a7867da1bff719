// Makes tokens on a thread of its own. It reads tokenizers alone, no weights.

import { LRUCache } from 'lru-cache';
import { zip } from '#collections/zip.js';
import type { PromptTokens } from '#contracts/generated/lethe/inference/v1/PromptTokens.js';
import { Failure } from '#failure/failure.js';
import { Detokenizer } from '#generation/text/detokenizer.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { findModel } from '#models/checkpoints/model-folders.js';
import { within } from '#models/text/time-limit.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import { type Served, serve } from '#thread/serve.js';
import { answerForm } from '../answer-form.js';
import { encodeLinks, encodeNoLink } from '../knowledge/encode-links.js';
import { encodeCompletion, encodePrompt, encodeWord } from '../requests.js';
import { FairTurns } from './fair-turns.js';
import type {
  Encoded,
  PromptItem,
  Spelt,
  TextItem,
  TokenizerFolders,
  TokenProtocol,
} from './token-protocol.js';

/** What is the prompt's fault, not the model's. */
const REFUSALS = ['conversation', 'invalid-request', 'time-limit'];
/**
 * Longest time for one text, in ms: a model's patterns may backtrack over it. What is not refused by
 * its length takes a tenth of a second.
 */
const PATIENCE = 5_000;
const WORK = "the model's tokenizer takes the prompt";
const LINKS = "the model's tokenizer takes an entity of the knowledge base";
const FORM = "compiling the answer's form takes";

function open({ dirs, capacity }: TokenizerFolders): Served<TokenProtocol> {
  const tokenizers = new LRUCache<string, Tokenizer>({
    max: capacity,
    fetchMethod: async (base) => (await openCheckpoint(await findModel(base, dirs))).tokenizer(),
  });
  return {
    calls: {
      async encode({ base, owner, items }, { signal }) {
        const tokenizer = await tokenizers.forceFetch(base);
        return eachInTurn(owner, items, signal, (item) =>
          within(PATIENCE, WORK, () => encode(tokenizer, item)),
        );
      },
      async count({ base, owner, items }, { signal }) {
        const tokenizer = await tokenizers.forceFetch(base);
        return eachInTurn(owner, items, signal, (item) => count(tokenizer, item));
      },
      async tokenize({ base, owner, items, bare }, { signal }) {
        const tokenizer = await tokenizers.forceFetch(base);
        const texts = await eachInTurn(owner, items, signal, (item) =>
          within(PATIENCE, WORK, () => tokenized(tokenizer, item, bare)),
        );
        const { chatTemplate = '', specials: specialTokens } = tokenizer;
        return { texts, tokenizer: { chatTemplate, specialTokens } };
      },
      async spell({ base, owner, texts }, { signal }) {
        const tokenizer = await tokenizers.forceFetch(base);
        return eachInTurn(owner, texts, signal, (text) => spell(tokenizer, text));
      },
      async words({ base, owner, words }, { signal }) {
        const tokenizer = await tokenizers.forceFetch(base);
        const spelt = await eachInTurn(owner, words, signal, (word) =>
          within(PATIENCE, WORK, () => encodeWord(tokenizer, word)),
        );
        return spelt.flat();
      },
      async links({ base, owner, entities, room }, { signal }) {
        const tokenizer = await tokenizers.forceFetch(base);
        return eachInTurn(owner, entities, signal, (entity) =>
          within(PATIENCE, LINKS, () => encodeLinks(tokenizer, entity, room)),
        );
      },
      async noLink(base) {
        return encodeNoLink(await tokenizers.forceFetch(base));
      },
      async form({ base, owner, asked }, { signal }) {
        const tokenizer = await tokenizers.forceFetch(base);
        const [form = {}] = await eachInTurn(owner, [asked], signal, (one) =>
          within(PATIENCE, FORM, () => answerForm(tokenizer, one)),
        );
        return form;
      },
      async longestToken(base) {
        return (await tokenizers.forceFetch(base)).longestToken;
      },
    },
  };
}

const turns = new FairTurns();

/** Between texts, other tenants have their turn, and a cancel is heard. */
async function eachInTurn<T, R>(
  owner: string,
  texts: readonly T[],
  signal: AbortSignal,
  work: (text: T) => R,
): Promise<R[]> {
  const results: R[] = [];
  for (const text of texts)
    results.push(
      await turns.run(owner, () => {
        signal.throwIfAborted();
        return work(text);
      }),
    );
  return results;
}

function encode(tokenizer: Tokenizer, item: TextItem): Encoded {
  const { prompt, completion, ends = false, shown } = item;
  const encoded = encodePrompt(tokenizer, prompt, shown);
  return {
    prompt: encoded,
    completion: encodeCompletion(tokenizer, encoded.lead, completion, ends),
  };
}

function spell(tokenizer: Tokenizer, { tokens, others }: Spelt<number>): Spelt<string> {
  const text = new Detokenizer((ids) => tokenizer.decode(ids));
  const pieces: string[] = [];
  const spelt = zip(tokens, others).map(([id, ids]) => {
    pieces.push(text.push(id));
    return ids.map((other) => text.withLast(other));
  });
  pieces.push(`${pieces.pop() ?? ''}${text.flush()}`);
  return { tokens: pieces, others: spelt };
}

function tokenized(tokenizer: Tokenizer, { prompt, shown }: PromptItem, bare: boolean) {
  const ids =
    bare && prompt?.text !== undefined
      ? tokenizer.encode(prompt.text)
      : encodePrompt(tokenizer, prompt, shown).ids;
  return {
    ids,
    text: tokenizer.decode(ids, { spellsSpecial: true }),
    tokens: ids.map((id) => tokenizer.bytesOf(id)),
  };
}

function count(tokenizer: Tokenizer, { prompt, shown }: PromptItem): PromptTokens {
  try {
    const { ids } = within(PATIENCE, WORK, () => encodePrompt(tokenizer, prompt, shown));
    return { tokens: ids.length };
  } catch (error) {
    const { type, publicMessage: problem } = Failure.of(error);
    if (REFUSALS.includes(type)) return { problem };
    throw error;
  }
}

await serve<TokenProtocol>(open);
