// How large a data set's parts may be: what is longer is refused, however large the file may be.

/** Of one row of a file, in bytes of UTF-8. */
export const MAX_ROW_BYTES = 2 ** 20;
/** Of a file; empty lines are none. */
export const MAX_ROWS = 1_000_000;
/** Characters of all examples that one row becomes. */
export const MAX_EXAMPLE_CHARACTERS = 2 ** 23;
/** Of one row's conversation: each of its answers becomes an example with all that came before. */
export const MAX_MESSAGES = 256;
/** Of one row. */
export const MAX_IMAGES = 16;
/** Different ones of a file: features of all of them are in memory while it is trained on. */
export const MAX_FILE_IMAGES = 4096;
