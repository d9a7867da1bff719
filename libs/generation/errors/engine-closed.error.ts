// A generation engine whose thread is gone: closed, or ended by a fault.
import { Failure } from '#failure/failure.js';

export class EngineClosedError extends Failure {
  static {
    this.define('engine-closed', { permanent: false });
  }
}
