// What a Dockerfile says of how its image is run, as an OCI image's configuration has it.

import { last } from '#collections/items.js';

export interface ImageConfig {
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly WorkingDir: string;
  readonly User: string;
  readonly ExposedPorts: Readonly<Record<string, object>>;
}

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Of its last stage, whose instructions are a line each. @throws Error naming what is not there. */
export function imageConfig(dockerfile: string): ImageConfig {
  const lines = last(dockerfile.split(/^FROM .*$/m)).split('\n');
  const all = (instruction: string): string[] =>
    lines
      .filter((line) => line.startsWith(`${instruction} `))
      .map((line) => line.slice(instruction.length).trim());
  const one = (instruction: string): string => {
    const [found, ...more] = all(instruction);
    if (found === undefined || more.length > 0)
      throw new Error(
        `expected one ${instruction} in the last stage, found ${all(instruction).length}`,
      );
    return found;
  };
  const words = (instruction: string): string[] =>
    all(instruction).flatMap((line) => line.split(/\s+/));
  return {
    Env: [PATH, ...words('ENV')],
    Entrypoint: JSON.parse(one('ENTRYPOINT')) as string[],
    WorkingDir: one('WORKDIR'),
    User: one('USER'),
    ExposedPorts: Object.fromEntries(words('EXPOSE').map((port) => [`${port}/tcp`, {}])),
  };
}
