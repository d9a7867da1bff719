// Where a graph runs.

/** What onnxruntime-node knows by these names; `webgpu` needs a Vulkan driver, `cuda` a build of onnxruntime-node with CUDA. */
export const devices = ['cpu', 'cuda', 'webgpu'] as const;
export type Device = (typeof devices)[number];

export interface Compute {
  readonly device: Device;
  /** Of the CPU: also for what a device leaves to it. */
  readonly threads: number;
}
