// A generation engine whose thread is gone: closed, or ended by a fault.

export class EngineClosedError extends Error {
  override readonly name = 'EngineClosedError';
}
