// What reads a file of entities, as its bytes come.

import type { PlacedEntity } from './entity-draft.js';

export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** The generator throws a KnowledgeBaseError at the first line that does not fit. */
export type EntityReader = (chunks: Chunks) => AsyncGenerator<PlacedEntity>;
