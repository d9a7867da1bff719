// What is told of a request's prompt, beside the answers to it.

import type { Echo } from './echo.js';
import type { PromptLogprobs } from './prompt-logprobs.js';

export interface ReadPrompt {
  /** Where it is repeated. */
  readonly echo?: Echo;
  readonly logprobs?: PromptLogprobs;
}
