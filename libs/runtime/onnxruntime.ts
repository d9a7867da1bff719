// onnxruntime with its telemetry off. No other file imports it.

import './no-telemetry.js';

export { InferenceSession, Tensor } from 'onnxruntime-node';
