// A thread that would load onnxruntime with its telemetry on.

import { Failure } from '#failure/failure.js';

export class TelemetryError extends Failure {
  static {
    this.define('telemetry', { permanent: true });
  }

  constructor() {
    super(
      "onnxruntime would call home, and a worker thread cannot keep it from that: import '#runtime/no-telemetry.js' in the main thread, or start the process with ORT_DISABLE_TELEMETRY=1",
    );
  }
}
