// A model is written to a new folder only: nothing is overwritten or mixed.

export class FolderExistsError extends Error {
  override readonly name = 'FolderExistsError';

  constructor(folder: string) {
    super(`${folder} already exists: name a folder that does not`);
  }
}
