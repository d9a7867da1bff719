/** Who can judge what a model has forgotten and kept. */
export const judges = ['lexical', 'embedding', 'nli', 'llm'] as const;
export type JudgeName = (typeof judges)[number];

/** Those of them that rate answers from a knowledge base. */
export const ratingJudges = ['llm'] as const satisfies readonly JudgeName[];
