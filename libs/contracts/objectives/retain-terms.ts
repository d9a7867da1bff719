/** What keeps the retain set as it is, beside whatever objective forgets. */
export const retainTerms = ['gdr', 'klr'] as const;
export type RetainTerm = (typeof retainTerms)[number];
