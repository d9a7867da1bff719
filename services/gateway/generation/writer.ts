// How answers are written for a client: as one object, or as events while they come.

import type { ServerEvent } from '../http/event-stream.js';
import type { Choice, Usage } from './completion-shape.js';
import type { Told } from './piece.js';
import type { Spent } from './spent.js';

export interface Writer {
  whole(choices: readonly Choice[], usage: Usage): object;
  /** Also of what fails on its way: an event tells it. */
  events(told: AsyncIterable<Told>, spent: Spent): AsyncGenerator<ServerEvent>;
}
