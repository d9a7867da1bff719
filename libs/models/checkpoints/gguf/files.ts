// Which .gguf files of a folder are its model: one file, or the parts of one.

/** How llama.cpp names parts; the first has the metadata. */
const PART = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/;
/** The part of a multimodal model that reads images, by convention; its text model is another file. */
const PROJECTOR = /mmproj/i;

const padded = (n: number): string => String(n).padStart(5, '0');

/** The names of the models' first files. */
export const ggufModels = (files: readonly string[]): string[] =>
  files
    .filter((file) => file.endsWith('.gguf') && !PROJECTOR.test(file))
    .filter((file) => (PART.exec(file)?.[2] ?? '00001') === '00001')
    .toSorted();

/** The names of the files that read images for a text beside them. */
export const ggufProjectors = (files: readonly string[]): string[] =>
  files.filter((file) => file.endsWith('.gguf') && PROJECTOR.test(file)).toSorted();

/** Names of all parts, in order. @param first the first part's name, or path */
export function partNames(first: string, count: number): string[] {
  const [, stem] = PART.exec(first) ?? [];
  if (stem === undefined) return [first];
  return Array.from(
    { length: count },
    (_, i) => `${stem}-${padded(i + 1)}-of-${padded(count)}.gguf`,
  );
}
