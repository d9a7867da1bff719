// More calls than the service lets wait.

export class BusyError extends Error {
  override readonly name = 'BusyError';
}
