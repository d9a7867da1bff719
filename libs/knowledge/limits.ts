// How large the parts of a knowledge base may be.

/** Characters of an id, a type, a name, an alias or an attribute. */
export const MAX_NAME_CHARACTERS = 500;
/** Characters of one value. */
export const MAX_VALUE_CHARACTERS = 10_000;
export const MAX_ALIASES = 1_000;
/** Of one entity. */
export const MAX_ATTRIBUTES = 500;
/** Of one row. */
export const MAX_VALUES = 10_000;
/** Of a table or an ontology; of the canonical format it is that of data sets. */
export const MAX_LINE_BYTES = 2 ** 20;
export const MAX_ENTITIES = 500_000;
