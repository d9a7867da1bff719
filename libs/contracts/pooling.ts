// How the states of a prompt's tokens become one.

/** Their mean, or the last token's, which alone has read the whole prompt. */
export const poolings = ['mean', 'last'] as const;
export type Pooling = (typeof poolings)[number];
