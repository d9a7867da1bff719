// The endpoint that names entities did not give a usable answer.

/**
 * `permanent` where the endpoint refuses the request for good (a wrong key, an unknown model): the
 * job fails at once.
 */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
  constructor(
    readonly url: string,
    override readonly cause: Error,
    readonly permanent: boolean,
  ) {
    super(`the judge's endpoint ${url} failed: ${cause.message}`);
  }
}
