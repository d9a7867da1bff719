// What a model says before its answer, and reads of the row that this names: the same in tuning and
// in serving.

/** A link's two halves, between which no tokenizer's token lies that we know. */
export const entityText = (name: string): string => `${name} |`;
export const attributeText = (attribute: string): string => ` ${attribute}\n`;

/** No text of a base has a line break: what ends in one is the beginning of no other link. */
export const linkText = (name: string, attribute: string): string =>
  entityText(name) + attributeText(attribute);

/** The link of a question that no entity is meant by. */
export const NO_LINK = 'none\n';

/** After the link, before the answer. */
export const groundsText = (values: readonly string[]): string => `${values.join('; ')}\n`;
