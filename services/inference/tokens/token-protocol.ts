// What a thread that makes tokens is asked.

import type { Prompt__Output } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import type { PromptTokens } from '#contracts/generated/lethe/inference/v1/PromptTokens.js';
import type { TokenizeResponse } from '#contracts/generated/lethe/inference/v1/TokenizeResponse.js';
import type { ShownImages } from '#models/text/shown-images.js';
import type { Call } from '#thread/protocol.js';
import type { AnswerForm, FormAsked } from '../answer-form.js';
import type { LinkTexts } from '../knowledge/encode-links.js';
import type { EntityTokens } from '../knowledge/link-tokens.js';
import type { EncodedPrompt } from '../requests.js';

export interface TokenizerFolders {
  readonly dirs: readonly string[];
  /** Tokenizers in memory at once. */
  readonly capacity: number;
}

export interface PromptItem {
  readonly prompt: Prompt__Output | null;
  /** What stands for the prompt's pictures. Absent: it shows none. */
  readonly shown?: ShownImages | undefined;
}

/** A prompt, and an answer to it that is given; '' where there is none. */
export interface TextItem extends PromptItem {
  readonly completion: string;
  /** Whether the answer's turn ends with it. Absent: false. */
  readonly ends?: boolean;
}

export interface Encoded {
  readonly prompt: EncodedPrompt;
  readonly completion: number[];
}

/** The tokens of a text, and others that may stand in the place of each but the first. */
export interface Spelt<T> {
  readonly tokens: readonly T[];
  /** One more comes after the last. */
  readonly others: readonly (readonly T[])[];
}

interface Asked {
  readonly base: string;
  /** The tenant who takes turns with others. */
  readonly owner: string;
}

export interface TokenProtocol {
  readonly start: TokenizerFolders;
  readonly calls: {
    readonly encode: Call<Asked & { readonly items: readonly TextItem[] }, Encoded[]>;
    readonly count: Call<Asked & { readonly items: readonly PromptItem[] }, PromptTokens[]>;
    readonly tokenize: Call<
      Asked & { readonly items: readonly PromptItem[]; readonly bare: boolean },
      TokenizeResponse
    >;
    readonly spell: Call<Asked & { readonly texts: readonly Spelt<number>[] }, Spelt<string>[]>;
    /** Words that must not be said, each in all the ways that tokens spell it. */
    readonly words: Call<Asked & { readonly words: readonly string[] }, number[][]>;
    /** What a model may say of entities of a knowledge base. */
    readonly links: Call<
      Asked & { readonly entities: readonly LinkTexts[]; readonly room: number },
      EntityTokens[]
    >;
    /** How a model says that no entity is meant. */
    readonly noLink: Call<string, number[]>;
    readonly form: Call<Asked & { readonly asked: FormAsked }, AnswerForm>;
    /** Bytes of the text of a model's longest token. */
    readonly longestToken: Call<string, number>;
  };
}
