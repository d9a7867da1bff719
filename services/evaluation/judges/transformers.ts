// transformers.js without a way out: models come from folders on disk, and the telemetry of the
// onnxruntime beneath it is off. No other file imports it.

import '#runtime/no-telemetry.js';
import { env } from '@huggingface/transformers';

env.allowRemoteModels = false;

export {
  AutoModel,
  AutoModelForSequenceClassification,
  AutoTokenizer,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  type Tensor,
} from '@huggingface/transformers';
