// An answer from a knowledge base beside what would have been right. Values and ids are plain texts
// here; who fills this in has brought values into one writing, so that equal ones are equal.

/**
 * What is held back of the question from tuning; of three the name that it says is not one of the base's, of
 * the last two there is no row.
 */
export const splits = [
  'seen',
  'unseen_wording',
  'unseen_entity',
  'synonym',
  'hidden_alias',
  'misspelt',
  'part',
  'absent',
  'unsupported',
] as const;
export type Split = (typeof splits)[number];

export interface Asked {
  readonly split: Split;
  /** Thresholds are chosen on the ones, and told on the others. */
  readonly use: 'validation' | 'test';
  /** Ids, any of which is right; none: the base has no such entity. */
  readonly entities: readonly string[];
  /** Any of which is right; none: the base has no such attribute. */
  readonly attributes: readonly string[];
}

export interface Link {
  /** An id. */
  readonly entity: string;
  readonly attribute: string;
}

/** What the model named, before any threshold. */
export interface Linked extends Asked {
  /** Absent where it named nothing. */
  readonly link?: Link | undefined;
  /** Whether it was answered from a row: not where the link names none, or more than one. */
  readonly isGrounded: boolean;
  /** Whether the question names the link's entity and no other: no threshold refuses it. */
  readonly isNamed?: boolean;
  /** Mean over the link's tokens of ln of the probability of all that the base allowed. */
  readonly mass: number;
  /** By how much (ln) the link is likelier than the next entity's. */
  readonly margin: number;
  /** Ids that the link was chosen among, the retriever's first one first. */
  readonly candidates: readonly string[];
}

/** What was said, of an answer that was not refused or of a model without a base. */
export interface Spoken {
  readonly text: string;
  /** The right row said plainly. */
  readonly gold: string;
  /** Values of the right row; none where there is no such row. */
  readonly row: readonly string[];
  /** Values of the base that the text says. */
  readonly said: readonly string[];
  /** Such values, and names, that are neither in the row that was read nor in the question. */
  readonly unfounded: readonly string[];
  /** Whether the row stands in the place of what the model said. */
  readonly guarded: boolean;
  /** Values that the citation names, and those of them that its place in the text says. */
  readonly cited: readonly string[];
  readonly citedAndSaid: readonly string[];
}

/** There is a right row. */
export const isAnswerable = ({ split, entities, attributes }: Asked): boolean =>
  split !== 'absent' && split !== 'unsupported' && entities.length > 0 && attributes.length > 0;

export const isEntityRight = ({ link, entities }: Linked): boolean =>
  link !== undefined && entities.includes(link.entity);

export const isAttributeRight = ({ link, attributes }: Linked): boolean =>
  link !== undefined && attributes.includes(link.attribute);

export const isRowRight = (linked: Linked): boolean =>
  isEntityRight(linked) && isAttributeRight(linked);
