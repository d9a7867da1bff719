// LoRA adapters in PEFT's format: read, written, added up and merged into weights.
// Format: https://huggingface.co/docs/peft/developer_guides/checkpoint
import { z } from 'zod';
import { AdapterError } from './errors/adapter.error.js';
import { CheckpointError } from './errors/checkpoint.error.js';
import { parseSafetensors, writeSafetensors } from './safetensors.js';
import type { AdapterFiles, TensorData } from './types.js';

/** W + (alpha / r) B A for every adapted matrix W [out, in]. */
export interface Adapter {
  readonly r: number;
  readonly alpha: number;
  /** Last parts of the module names, such as q_proj. */
  readonly targetModules: readonly string[];
  readonly dropout?: number;
  readonly baseModel?: string;
  /** By PEFT's names; lora_A [r, in], lora_B [out, r]. */
  readonly tensors: ReadonlyMap<string, TensorData>;
}

const PREFIX = 'base_model.model.';
const WEIGHT = '.weight';

/** PEFT's name for one half of the adapter of a weight such as `model.layers.0.self_attn.q_proj.weight`. */
export function adapterTensorName(weight: string, half: 'A' | 'B'): string {
  return `${PREFIX}${weight.slice(0, -WEIGHT.length)}.lora_${half}.weight`;
}

/** Names of the weights an adapter changes, sorted. */
export function adaptedWeights(adapter: Adapter): string[] {
  const suffix = '.lora_A.weight';
  const names = [...adapter.tensors.keys()].filter((name) => name.endsWith(suffix));
  return names.map((name) => name.slice(PREFIX.length, -suffix.length) + WEIGHT).toSorted();
}

const absent = z.union([z.null(), z.array(z.unknown()).max(0), z.object({}).strict()]).optional();

const peftConfig = z.looseObject({
  peft_type: z.literal('LORA'),
  r: z.number().int().positive(),
  lora_alpha: z.number().positive(),
  lora_dropout: z.number().min(0).max(1).default(0),
  base_model_name_or_path: z.string().nullish(),
  bias: z.literal('none').default('none'),
  use_dora: z.literal(false).default(false),
  use_rslora: z.boolean().default(false),
  rank_pattern: absent,
  alpha_pattern: absent,
  modules_to_save: absent,
});

/** @throws AdapterError naming the key or tensor and what was expected. */
export function readAdapter(files: AdapterFiles): Adapter {
  const config = parseConfig(files['adapter_config.json']);
  const tensors = parseTensors(files['adapter_model.safetensors']);
  const scale = config.use_rslora ? Math.sqrt(config.r) : 1; // rslora: alpha / sqrt(r)
  const adapter = {
    r: config.r,
    alpha: config.lora_alpha * scale,
    dropout: config.lora_dropout,
    ...(config.base_model_name_or_path ? { baseModel: config.base_model_name_or_path } : {}),
    targetModules: [] as string[],
    tensors,
  };
  const weights = adaptedWeights(adapter);
  if (weights.length === 0) throw new AdapterError('adapter_model.safetensors holds no lora_A tensor');
  for (const weight of weights) checkPair(adapter, weight);
  if (weights.length * 2 !== tensors.size) {
    throw new AdapterError('adapter_model.safetensors holds tensors that are not lora_A or lora_B pairs');
  }
  return { ...adapter, targetModules: targetsOf(weights) };
}

function targetsOf(weights: readonly string[]): string[] {
  return [...new Set(weights.map((weight) => weight.split('.').at(-2)!))].toSorted();
}

function parseConfig(bytes: Uint8Array): z.infer<typeof peftConfig> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new AdapterError('adapter_config.json is not JSON');
  }
  const parsed = peftConfig.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AdapterError(`adapter_config.json: ${issue.path.join('.') || 'the document'}: ${issue.message}`);
}

function parseTensors(bytes: Uint8Array): Map<string, TensorData> {
  try {
    return parseSafetensors(bytes, 'adapter_model.safetensors');
  } catch (error) {
    if (error instanceof CheckpointError) throw new AdapterError(error.message);
    throw error;
  }
}

function checkPair(adapter: Adapter, weight: string): void {
  const a = adapter.tensors.get(adapterTensorName(weight, 'A'));
  const b = adapter.tensors.get(adapterTensorName(weight, 'B'));
  if (a?.dims.length !== 2 || b?.dims.length !== 2 || a.dims[0] !== adapter.r || b.dims[1] !== adapter.r) {
    throw new AdapterError(
      `${weight}: expected lora_A [${adapter.r}, in] and lora_B [out, ${adapter.r}], ` +
        `found [${a?.dims.join(', ') ?? ''}] and [${b?.dims.join(', ') ?? ''}]`,
    );
  }
}

/** Equal adapters give equal bytes: keys and tensors are in a fixed order. */
export function writeAdapter(adapter: Adapter): AdapterFiles {
  const config = {
    base_model_name_or_path: adapter.baseModel ?? null,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: adapter.alpha,
    lora_dropout: adapter.dropout ?? 0,
    peft_type: 'LORA',
    r: adapter.r,
    target_modules: adapter.targetModules.toSorted(),
    task_type: 'CAUSAL_LM',
  };
  return {
    'adapter_config.json': new TextEncoder().encode(`${JSON.stringify(config, null, 2)}\n`),
    'adapter_model.safetensors': writeSafetensors(adapter.tensors),
  };
}
