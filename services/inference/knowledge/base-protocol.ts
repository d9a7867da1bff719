// What the thread that holds a knowledge base is asked.

import type { GroundingStatus } from '#contracts/grounding.js';
import type { Call } from '#thread/protocol.js';

/** An entity as answers name it. */
export interface NamedEntity {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}

export interface QuestionAsked {
  readonly question: string;
  /** Names of the base that it is asked as if it did not have them. Absent: none. */
  readonly hiddenNames?: readonly string[];
}

export interface CandidatesAsked extends QuestionAsked {
  readonly count: number;
  /** Whether the wording of the question is taken as unknown. Absent: no. */
  readonly hidesWording?: boolean;
}

/** An entity that a question may be about, with all that may be asked of it. */
export interface CandidateTexts extends NamedEntity {
  /** The retriever's. */
  readonly score: number;
  /** Names and aliases that mean it, be it together with others. */
  readonly names: readonly string[];
  /** Of its type. */
  readonly attributes: readonly string[];
  /** Of each the probability that the question's wording asks for it. */
  readonly asked: readonly number[];
  /** Values of each, as far as rows are shown; none where it has no such row. */
  readonly rows: readonly (readonly string[])[];
}

export interface FoundTexts {
  readonly candidates: readonly CandidateTexts[];
  /** The retriever's best score of what the question does not say word for word. */
  readonly likeness: number;
}

/** Names and attribute of a link: ids are unknown where a name means several. */
export interface LinkNames {
  readonly name: string;
  readonly attribute: string;
}

export interface Outcome {
  readonly status: GroundingStatus;
  /** Absent where nothing is found. */
  readonly entity?: NamedEntity;
  readonly attribute?: string;
  /** Of the row, as far as it is shown; and how many it has besides. */
  readonly values: readonly string[];
  readonly valuesLeftOut: number;
  /** Those that may be meant, of an ambiguous question, or of one that says another name. */
  readonly meant: readonly NamedEntity[];
  /** What the base itself says: the row as it is, or why there is none. */
  readonly text: string;
}

interface RowAsked {
  readonly question: string;
  readonly entityId: string;
  readonly attribute: string;
}

/** A part of a text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface BaseProtocol {
  /** Its lines. */
  readonly start: Uint8Array;
  readonly calls: {
    readonly candidates: Call<CandidatesAsked, FoundTexts>;
    readonly outcome: Call<
      QuestionAsked & {
        /** What the model named; absent: nothing. */
        readonly link: LinkNames | undefined;
        /** What is about as likely. */
        readonly rival: LinkNames | undefined;
        /** Whether the link is to be answered from where the question does not name its entity. */
        readonly isSure: boolean;
        /** Values that are shown, at most. */
        readonly most: number;
      },
      Outcome
    >;
    /**
     * Whether all values and names of the base that a text says are the row's or the question's, and
     * one of the row's is said by the time it is whole.
     */
    readonly isFounded: Call<
      RowAsked & { readonly text: string; readonly isWhole: boolean },
      boolean
    >;
    /** Where a text says the row. */
    readonly spanOf: Call<{ readonly text: string; readonly values: readonly string[] }, Span>;
  };
}
