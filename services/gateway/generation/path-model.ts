// The model that a path names, for clients that derive other paths from it.

import { ApiError } from '../http/api.error.js';

/** @param named absent where the path names none. @throws ApiError where the body has another */
export function checkPathModel(named: string | undefined, { model }: { model: string }): void {
  if (named !== undefined && named !== model)
    throw ApiError.invalid(`model: must be "${named.slice(0, 200)}", as the path has it`, 'model');
}
