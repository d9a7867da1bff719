// The refusal of a file that the tenant does not have.

import { ApiError } from '../http/api.error.js';

export const fileNotFound = (id: string, param: string | null = null): ApiError =>
  ApiError.notFound('file', id, param, 'file_not_found');
