// Which room may import which: what is not listed is an arrow that the house does not have.
// A room is a folder; a file belongs to the longest entry that its path begins with.

/** A service knows no other service; a test or a file of a testing/ folder may import any lib. */
export const rooms = {
  'libs/contracts': [],
  'libs/failure': [],
  'libs/metrics': [],
  'libs/onnx': [],
  'libs/thread': ['libs/failure'],
  'libs/models': ['libs/contracts', 'libs/failure', 'libs/onnx'],
  'libs/runtime': ['libs/contracts', 'libs/failure', 'libs/onnx', 'libs/models'],
  'libs/training': [
    'libs/contracts',
    'libs/failure',
    'libs/thread',
    'libs/onnx',
    'libs/models',
    'libs/runtime',
  ],
  'libs/generation': ['libs/failure', 'libs/thread', 'libs/onnx', 'libs/models', 'libs/runtime'],
  'libs/platform': ['libs/contracts', 'libs/failure'],
  'libs/platform/queue': ['libs/contracts', 'libs/failure', 'libs/platform'],
  'libs/client': ['libs/contracts'],
  'services/gateway': ['libs/contracts', 'libs/failure', 'libs/platform'],
  'services/augmentation': ['libs/contracts', 'libs/failure', 'libs/platform', 'libs/metrics'],
  'services/evaluation': [
    'libs/contracts',
    'libs/failure',
    'libs/thread',
    'libs/platform',
    'libs/metrics',
  ],
  'services/inference': [
    'libs/contracts',
    'libs/failure',
    'libs/platform',
    'libs/models',
    'libs/runtime',
    'libs/generation',
  ],
  'services/training': [
    'libs/contracts',
    'libs/failure',
    'libs/platform',
    'libs/models',
    'libs/runtime',
    'libs/training',
  ],
  supervisor: ['libs/client'],
  cli: [
    'libs/client',
    'libs/contracts',
    'libs/metrics',
    'libs/models',
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
  ],
  'libs/training': [
    'errors',
    'objectives',
    'masks',
    'optimizer',
    'training-options',
    'rows',
    'run',
  ],
  'libs/generation': ['errors', 'text', 'decoding', 'cache', 'running', 'batching'],
};

/** Packages that few rooms may import, with those that may. */
export const packages = {
  bullmq: ['libs/platform/queue'],
  '@nestjs/': ['libs/platform', 'services'],
};
