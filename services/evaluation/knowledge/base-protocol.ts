// What the thread that holds the base of an evaluation is asked.

import type { KnowledgeQuestion } from '#contracts/knowledge-questions.js';
import type { Call } from '#thread/protocol.js';

/** What was said to a question, and what that was made from. */
export interface GroundedText {
  readonly text: string;
  readonly link: { readonly entity: string; readonly attribute: string } | undefined;
  /** Values that are cited, and where the text says them. */
  readonly values: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** In the writing that values are compared in. */
export interface ReadText {
  /** Whether the question names the entity that it was answered of, and no other. */
  readonly isNamed: boolean;
  readonly gold: string;
  readonly row: string[];
  readonly said: string[];
  readonly unfounded: string[];
  readonly cited: string[];
  readonly citedAndSaid: string[];
}

export interface BaseProtocol {
  /** Its lines. */
  readonly start: Uint8Array;
  readonly calls: {
    /** Ids of what a question may be about, without the names that are hidden. */
    readonly candidates: Call<
      { readonly question: string; readonly count: number; readonly hidden: readonly string[] },
      string[]
    >;
    readonly read: Call<
      { readonly asked: KnowledgeQuestion; readonly answer: GroundedText },
      ReadText
    >;
    /** Values of the base that a text says. */
    readonly said: Call<{ readonly text: string }, string[]>;
  };
}
