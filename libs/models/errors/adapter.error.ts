// An adapter that is not a PEFT LoRA adapter this engine can apply.

import { Failure } from '#failure/failure.js';

export class AdapterError extends Failure {
  static {
    this.define('adapter', { permanent: true });
  }
}
