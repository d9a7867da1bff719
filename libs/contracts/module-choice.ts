// Which modules a request may name: by the ends of their names, as in PEFT. The gateway asks
// before, the engine again.

/**
 * Whole names of a model's modules. Layers may be said once: "model.layers.*.mlp.up_proj" stands
 * for all of them.
 */
export interface KnownModules {
  /** Linear layers, the head left out. */
  readonly linears: readonly string[];
  /**
   * Further ones, which are adapted where they are named alone: those that make features of pictures,
   * each by itself.
   */
  readonly seeing: readonly string[];
  /** All that have weights. */
  readonly modules: readonly string[];
  readonly layers: number;
}

export interface ModuleChoice {
  readonly targets: 'all-linear' | readonly string[];
  readonly layers?: readonly number[];
  /** Trained whole. */
  readonly whole: readonly string[];
}

export interface ModuleProblem {
  readonly field: 'lora_targets' | 'lora_layers' | 'modules_to_save';
  readonly message: string;
}

/** A module is a target by the end of its name in the chosen layers, or by its whole name. */
export function isTargetModule(
  module: string,
  targets: readonly string[],
  layers?: readonly number[],
): boolean {
  if (targets.includes(module)) return true;
  return (
    targets.some((target) => module.endsWith(`.${target}`)) &&
    (!layers || layers.includes(layerOf(module)))
  );
}

/**
 * Whether a layer that makes features of pictures is a target. Ends of a text's names are also those
 * of a tower's: the layers of a tower's blocks are named whole, with `*` for the numbers of all blocks.
 */
export function isSeeingTarget(
  module: string,
  targets: readonly string[],
  layers?: readonly number[],
): boolean {
  const everyBlock = everyLayer(module);
  return everyBlock === module
    ? isTargetModule(module, targets, layers)
    : targets.includes(module) || targets.includes(everyBlock);
}

const everyLayer = (module: string): string => module.replace(/\.\d+\./, '.*.');

/** Index of the layer that a module is part of: the first number in its name. */
const layerOf = (module: string): number => Number(/\.(\d+)\./.exec(module)?.[1]);

/** Whether a module is kept whole: its name ends so, with or without a dot before. */
export const isWholeModule = (module: string, ends: readonly string[]): boolean =>
  ends.some((end) => module.endsWith(end));

/** Names with every layer said once, as `KnownModules` has it. */
export const outlineOf = (modules: Iterable<string>): string[] => [
  ...new Set([...modules].map(everyLayer)),
];

const expand = (names: readonly string[], layers: number): string[] =>
  names.flatMap((name) =>
    name.includes('.*.')
      ? Array.from({ length: layers }, (_, layer) => name.replace('.*.', `.${layer}.`))
      : [name],
  );

/** Last part of a module's name, such as up_proj. */
export const lastName = (module: string): string => module.slice(module.lastIndexOf('.') + 1);

const kinds = (names: readonly string[]): string =>
  [...new Set(names.map(lastName))].toSorted().join(', ');

const and = (seeing: readonly string[]): string =>
  seeing.length > 0 ? ` and, to make features of pictures, ${outlineOf(seeing).join(', ')}` : '';

/** As Qwen2-VL and Qwen2.5-VL have them, whose towers are not trained. */
const GRID_BLOCK = /(?:^|\.)visual\.blocks\./;

/** Why a name is none of a layer that can be adapted. */
function absence(target: string, { linears, seeing, layers }: KnownModules): string {
  const blocks = seeing.filter((module) => everyLayer(module) === everyLayer(target));
  if (blocks.length > 0)
    return `"${target}" is none of the vision tower's blocks that are read, which are ${layerOf(blocks[0] ?? '')} to ${layerOf(blocks.at(-1) ?? '')}`;
  const has = `the model has ${kinds(expand(linears, layers))}${and(seeing)}`;
  return seeing.length > 0 && GRID_BLOCK.test(target)
    ? `the blocks of a tower of this family are not adapted ("${target}"): ${has}`
    : `no linear layer's name ends with "${target}", ${has}`;
}

/** Whether layers that make features of pictures are among what a choice adapts. */
export const adaptsSeeing = (
  { seeing }: Pick<KnownModules, 'seeing'>,
  { targets, layers }: Pick<ModuleChoice, 'targets' | 'layers'>,
): boolean =>
  targets !== 'all-linear' && seeing.some((module) => isSeeingTarget(module, targets, layers));

/** The first thing that is wrong with a choice; undefined where all is well. */
export function moduleProblem(
  known: KnownModules,
  { targets, layers, whole }: ModuleChoice,
): ModuleProblem | undefined {
  const outside = layers?.find((layer) => layer >= known.layers);
  if (outside !== undefined)
    return {
      field: 'lora_layers',
      message: `the model has layers 0 to ${known.layers - 1}, found ${outside}`,
    };
  const modules = expand(known.modules, known.layers);
  const absent = whole.find((end) => !modules.some((module) => isWholeModule(module, [end])));
  if (absent !== undefined)
    return {
      field: 'modules_to_save',
      message: `no module's name ends with "${absent}", the model has ${kinds(modules)}`,
    };
  const linears = expand(known.linears, known.layers);
  for (const target of targets === 'all-linear' ? [targets] : targets) {
    const adapted =
      target === 'all-linear'
        ? linears
        : [
            ...linears.filter((module) => isTargetModule(module, [target], layers)),
            ...known.seeing.filter((module) => isSeeingTarget(module, [target], layers)),
          ];
    if (adapted.length === 0) return { field: 'lora_targets', message: absence(target, known) };
    const both = adapted.find((module) => isWholeModule(module, whole));
    if (both)
      return {
        field: 'modules_to_save',
        message: `${both} is trained whole, and is a low-rank target by "${target}": choose one`,
      };
  }
  return undefined;
}
