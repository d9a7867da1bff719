// Pictures that several calls show, as the answers to one prompt do: one call brings them, and the others
// name them once its server has looked at them.

import { createHash } from 'node:crypto';
import type { GenerateRequest } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { Image } from '#contracts/generated/lethe/inference/v1/Image.js';
import type { Part } from '#contracts/generated/lethe/inference/v1/Part.js';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import { Failure } from '#failure/failure.js';
import { RpcError } from './rpc-error.js';

export class SharedPictures {
  private tellSeen = (): void => {};
  private readonly seen = new Promise<void>((resolve) => {
    this.tellSeen = resolve;
  });
  private isBrought = false;
  private prompt: Prompt | undefined;

  /** Whether it is the caller that brings them: the first. */
  bring(): boolean {
    const isFirst = !this.isBrought;
    this.isBrought = true;
    return isFirst;
  }

  /** They have been looked at, or will not be. */
  end(): void {
    this.tellSeen();
  }

  /** A request that names them in the place of their bytes, as soon as that may do. */
  async named(request: GenerateRequest): Promise<GenerateRequest> {
    await this.seen;
    this.prompt ??= withNames(request.prompt ?? {});
    return { ...request, prompt: this.prompt };
  }
}

/** Whether a prompt has pictures that go with the call. */
export const bringsPictures = ({ chat }: Prompt): boolean =>
  (chat?.messages ?? []).some(({ parts = [] }) => parts.some(({ image }) => image?.bytes?.length));

/** Whether a server does not have what was named. */
export const isUnseen = (error: unknown): boolean =>
  RpcError.isInstance(error) &&
  Failure.isInstance(error.cause) &&
  error.cause.type === 'unseen-image';

function withNames(prompt: Prompt): Prompt {
  const messages = (prompt.chat?.messages ?? []).map((message) => ({
    ...message,
    parts: (message.parts ?? []).map((part): Part =>
      part.image ? { ...part, image: nameOf(part.image) } : part,
    ),
  }));
  return { ...prompt, chat: { ...prompt.chat, messages } };
}

function nameOf({ bytes, ...image }: Image): Image {
  if (!bytes?.length) return image;
  return {
    ...image,
    source: 'known',
    known: createHash('sha256')
      .update(bytes as Uint8Array)
      .digest('hex'),
  };
}
