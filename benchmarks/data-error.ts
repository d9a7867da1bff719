// A file of a benchmark that is nowhere to be found, or is not the one of the manifest.

export class DataError extends Error {
  override readonly name = 'DataError';
}
