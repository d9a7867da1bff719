// Every refusal a client sees, in the shape of OpenAI's API.

export type ErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'rate_limit_error'
  | 'insufficient_quota'
  | 'server_error';

interface Details {
  param?: string | null;
  code?: string | null;
  /** Seconds after which a client may try again. */
  retryAfter?: number;
}

export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly type: ErrorType,
    message: string,
    readonly details: Details = {},
  ) {
    super(message);
  }

  get body(): {
    error: { message: string; type: ErrorType; param: string | null; code: string | null };
  } {
    return {
      error: {
        message: this.message,
        type: this.type,
        param: this.details.param ?? null,
        code: this.details.code ?? null,
      },
    };
  }

  static invalid(
    message: string,
    param: string | null = null,
    code: string | null = null,
  ): ApiError {
    return new ApiError(400, 'invalid_request_error', message, { param, code });
  }

  static notFound(
    what: string,
    id: string,
    param: string | null = null,
    code: string | null = null,
  ): ApiError {
    return new ApiError(
      404,
      'invalid_request_error',
      `There is no ${what} '${id.slice(0, 200)}'.`,
      { param, code },
    );
  }

  /** What a tenant may not use and what does not exist are told alike. */
  static modelNotFound(id: string, param = 'model'): ApiError {
    return new ApiError(
      404,
      'invalid_request_error',
      `The model '${id.slice(0, 200)}' does not exist.`,
      { param, code: 'model_not_found' },
    );
  }

  /**
   * A model whose files the server cannot use.
   * @param problem names the file and what is wrong with it.
   */
  static modelDamaged(problem: string, param = 'model'): ApiError {
    return new ApiError(500, 'server_error', problem, { param, code: 'model_damaged' });
  }

  static unauthorized(message: string): ApiError {
    return new ApiError(401, 'authentication_error', message, { code: 'invalid_api_key' });
  }

  static unavailable(message: string): ApiError {
    return new ApiError(503, 'server_error', message, {
      code: 'service_unavailable',
      retryAfter: 2,
    });
  }
}
