// What a model says before its answer, and reads of the row that this names: the same in tuning and
// in serving.

/** No text of a base has a line break: what ends in one is the beginning of no other link. */
export const linkText = (name: string, attribute: string): string => `${name} | ${attribute}\n`;

/** The link of a question that no entity is meant by. */
export const NO_LINK = 'none\n';

/** After the link, before the answer. */
export const groundsText = (values: readonly string[]): string => `${values.join('; ')}\n`;
