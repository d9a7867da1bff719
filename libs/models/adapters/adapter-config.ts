// adapter_config.json: what of PEFT's LoRA is understood, and what is refused by name.
// Fields: https://huggingface.co/docs/peft/package_reference/lora

import { z } from 'zod';
import { first } from '#collections/items.js';
import { AdapterError } from '../errors/adapter.error.js';
import { told } from '../errors/told.js';
import { foreignKind } from '../tensors/file-kind.js';
import { plainName } from '../tensors/plain-names.js';
import { parseJson } from '../text/parse-json.js';
import type { Adapter } from './adapter.js';

/**
 * A key that is not known below may change the computation, as use_dora does: it must be absent,
 * null, false or empty.
 */
const isOff = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0);
const off = z.unknown().refine(isOff, 'is not supported, expected none');
/** Says nothing about the tensors that the file comes with. */
const harmless = z.unknown().optional();
const numbers = z.record(z.string(), z.number().positive()).nullish();
const names = z.array(z.string());
/**
 * Ways to start that leave the base model as it is; the others (PiSSA, OLoRA, LoftQ, CorDA ...)
 * change it.
 */
const starts = z.union(
  [z.boolean(), z.enum(['gaussian', 'orthogonal', 'eva'])],
  'changes the base model, expected true, false, gaussian, orthogonal or eva',
);

const peftConfig = z
  .object({
    peft_type: z.literal('LORA'),
    r: z.number().int().positive(),
    lora_alpha: z.number().positive(),
    lora_dropout: z.number().min(0).max(1).default(0),
    base_model_name_or_path: z.string().nullish(),
    target_modules: z.union([z.string(), names]).nullish(),
    exclude_modules: z.union([z.string(), names]).nullish(),
    layers_to_transform: z.union([z.number().int(), z.array(z.number().int())]).nullish(),
    layers_pattern: z.union([z.string(), names]).nullish(),
    modules_to_save: names.nullish(),
    bias: z.enum(['none', 'all', 'lora_only']).default('none'),
    use_rslora: z.boolean().default(false),
    rank_pattern: numbers,
    alpha_pattern: numbers,
    fan_in_fan_out: z.boolean().default(false),
    ensure_weight_tying: z.boolean().default(false),
    init_lora_weights: starts.optional(),
    auto_mapping: harmless,
    corda_config: harmless,
    eva_config: harmless,
    inference_mode: harmless,
    loftq_config: harmless,
    lora_ga_config: harmless,
    megatron_config: harmless,
    megatron_core: harmless,
    peft_version: harmless,
    qalora_group_size: harmless,
    revision: harmless,
    runtime_config: harmless,
    task_type: harmless,
  })
  .catchall(off);

export type AdapterSettings = Omit<Adapter, 'tensors'>;

/**
 * @param modules whole names of the adapted modules: they are the targets where the file's own need
 * more than a list of names and layers to be said. @throws AdapterError naming the key.
 */
export function parseAdapterConfig(bytes: Uint8Array, modules: readonly string[]): AdapterSettings {
  const config = checked(bytes);
  const isPlain =
    Array.isArray(config.target_modules) &&
    !config.exclude_modules?.length &&
    !config.layers_pattern?.length;
  const layers = [config.layers_to_transform ?? []].flat();
  return {
    r: config.r,
    alpha: config.lora_alpha,
    dropout: config.lora_dropout,
    targetModules: isPlain
      ? (config.target_modules as string[]).map(plainName).toSorted()
      : modules,
    ...(isPlain && layers.length > 0 ? { layers } : {}),
    ...(config.use_rslora ? { rslora: true } : {}),
    ...(config.rank_pattern && Object.keys(config.rank_pattern).length > 0
      ? { rankPattern: plainPatterns('rank_pattern', config.rank_pattern) }
      : {}),
    ...(config.alpha_pattern && Object.keys(config.alpha_pattern).length > 0
      ? { alphaPattern: plainPatterns('alpha_pattern', config.alpha_pattern) }
      : {}),
    ...(config.modules_to_save?.length ? { modulesToSave: config.modules_to_save } : {}),
    ...(config.bias === 'none' ? {} : { bias: config.bias }),
    ...(config.fan_in_fan_out ? { fanInFanOut: true } : {}),
    ...(config.ensure_weight_tying ? { keepsTie: true } : {}),
    ...(config.base_model_name_or_path ? { baseModel: config.base_model_name_or_path } : {}),
  };
}

/**
 * By the names that a text's modules have here, whatever it is a part of.
 * @throws AdapterError for an expression about such a part, which would fit no name any more.
 */
function plainPatterns(
  key: string,
  patterns: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(patterns).map(([pattern, value]) => {
      const plain = plainName(pattern);
      if (PART.test(plain))
        throw new AdapterError(
          `adapter_config.json: ${key}: expected names of modules, found the expression "${pattern}"`,
        );
      return [plain, value];
    }),
  );
}

const PART = /language_model|text_model/;

function checked(bytes: Uint8Array): z.infer<typeof peftConfig> {
  let json: unknown;
  try {
    json = parseJson(new TextDecoder().decode(bytes));
  } catch {
    throw new AdapterError(`adapter_config.json is ${foreignKind(bytes) ?? 'not JSON'}`);
  }
  const parsed = peftConfig.safeParse(json);
  if (parsed.success) return parsed.data;
  const { path, message } = first(parsed.error.issues);
  const value = path.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | null | undefined)?.[key],
    json,
  );
  const found = value === undefined ? 'nothing' : told(value);
  throw new AdapterError(
    `adapter_config.json: ${path.join('.') || 'the document'}: ${message}, found ${found}`,
  );
}

/** Keys in alphabetical order: equal adapters give equal bytes. */
export function writeAdapterConfig(adapter: AdapterSettings): Uint8Array {
  const config = {
    alpha_pattern: adapter.alphaPattern ?? {},
    base_model_name_or_path: adapter.baseModel ?? null,
    bias: adapter.bias ?? 'none',
    ...(adapter.keepsTie ? { ensure_weight_tying: true } : {}),
    fan_in_fan_out: adapter.fanInFanOut ?? false,
    inference_mode: true,
    init_lora_weights: true,
    layers_to_transform: adapter.layers ?? null,
    lora_alpha: adapter.alpha,
    lora_dropout: adapter.dropout ?? 0,
    modules_to_save: adapter.modulesToSave?.toSorted() ?? null,
    peft_type: 'LORA',
    r: adapter.r,
    rank_pattern: adapter.rankPattern ?? {},
    target_modules: adapter.targetModules.toSorted(),
    task_type: 'CAUSAL_LM',
    use_rslora: adapter.rslora ?? false,
  };
  return new TextEncoder().encode(`${JSON.stringify(config, null, 2)}\n`);
}
