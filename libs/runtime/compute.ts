// Where a graph runs.

import type { Precision } from '#contracts/precision.js';

/**
 * What onnxruntime-node knows by these names; `webgpu` needs a Vulkan driver, `cuda` a build of
 * onnxruntime-node with CUDA.
 */
export const devices = ['cpu', 'cuda', 'webgpu'] as const;
export type Device = (typeof devices)[number];

/** What a device computes with at full speed. The CPU also takes float16, and widens it. */
export const precisionsOn = (device: Device): readonly Precision[] =>
  device === 'cpu' ? ['float32', 'int8'] : ['float32', 'float16'];

export interface Compute {
  readonly device: Device;
  /** Of the CPU: also for what a device leaves to it. */
  readonly threads: number;
}
