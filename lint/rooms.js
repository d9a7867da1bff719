// Which room may import which: what is not listed is an arrow that the house does not have.
// A room is a folder; a file belongs to the longest entry that its path begins with.

/** Words that every room above them may use. */
const ground = ['libs/collections', 'libs/contracts', 'libs/failure'];
const engine = ['libs/models', 'libs/runtime'];

/** A service knows no other service; a test or a file of a testing/ folder may import any lib. */
export const rooms = {
  'libs/collections': [],
  'libs/contracts': ['libs/collections'],
  'libs/failure': [],
  'libs/images': [...ground],
  'libs/knowledge': [...ground],
  'libs/metrics': ['libs/collections'],
  'libs/onnx': ['libs/collections'],
  'libs/process': [],
  'libs/thread': ['libs/collections', 'libs/failure'],
  'libs/models': [...ground, 'libs/onnx'],
  'libs/runtime': [...ground, 'libs/onnx', 'libs/models'],
  'libs/training': [...ground, ...engine, 'libs/onnx', 'libs/process', 'libs/thread'],
  'libs/generation': [...ground, ...engine, 'libs/onnx', 'libs/thread'],
  'libs/platform': [...ground, 'libs/process'],
  'libs/platform/queue': [...ground, 'libs/platform'],
  'libs/report-page': ['libs/collections', 'libs/contracts'],
  'libs/client': ['libs/contracts'],
  'services/gateway': [
    ...ground,
    'libs/process',
    'libs/platform',
    'libs/report-page',
    'libs/knowledge',
  ],
  'services/augmentation': [...ground, 'libs/platform', 'libs/metrics', 'libs/knowledge'],
  'services/evaluation': [
    ...ground,
    'libs/knowledge',
    'libs/platform',
    'libs/metrics',
    'libs/thread',
    'libs/models',
    'libs/runtime',
  ],
  'services/inference': [
    ...ground,
    'libs/platform',
    ...engine,
    'libs/generation',
    'libs/knowledge',
    'libs/thread',
  ],
  'services/training': [...ground, 'libs/platform', ...engine, 'libs/training'],
  deploy: ['libs/collections'],
  supervisor: ['libs/client', 'libs/collections', 'libs/process'],
  cli: [
    'libs/client',
    'libs/collections',
    'libs/contracts',
    'libs/process',
    'libs/metrics',
    'libs/models',
    'libs/report-page',
    'libs/platform/artifacts',
    'libs/platform/config',
    'libs/platform/errors',
    'libs/platform/receipts',
    'libs/training/memory-table.js',
    'supervisor',
  ],
};

/** Within a room: its folders (or files) from the lowest floor up. None imports one above it. */
export const floors = {
  'libs/models': [
    'errors',
    'types',
    'tensors',
    'text',
    'adapters',
    'layers',
    'families',
    'passes',
    'checkpoints',
    'encoders',
  ],
  'libs/training': [
    'errors',
    'objectives',
    'masks',
    'optimizer',
    'training-options',
    'examples',
    'run',
  ],
  'libs/generation': [
    'errors',
    'text',
    'decoding',
    'constraints',
    'linking',
    'cache',
    'running',
    'batching',
  ],
  'libs/images': ['errors', 'types', 'resizing', 'headers', 'decoding', 'processors', 'preparing'],
  'services/gateway': [
    'env',
    'database',
    'http',
    'texts',
    'quotas',
    'usage',
    'receipts',
    'artifacts',
    'tenants',
    'erasure',
    'cells',
    'files',
    'knowledge',
    'models',
    'jobs',
    'evaluations',
    'upgrade',
    'settling',
    'generation',
    'account',
    'operator',
    'openapi',
  ],
};

/** Packages that few rooms may import, with those that may. */
export const packages = {
  '@aws-sdk/client-s3': ['libs/platform/artifacts/blobs'],
  bullmq: ['libs/platform/queue'],
  'rate-limiter-flexible': ['libs/platform/limits'],
  '@nestjs/': ['libs/platform', 'services'],
  // Each in the one file that keeps it from calling home.
  'onnxruntime-node': ['libs/runtime/onnxruntime.ts'],
  koffi: ['libs/runtime/onnxruntime-c.ts', 'libs/process/file-lock.ts'],
  // In the one file that blocks all decoders but three.
  sharp: ['libs/images/decoding/sharp.ts'],
  '@huggingface/transformers': ['services/evaluation/judges/transformers.ts'],
};
