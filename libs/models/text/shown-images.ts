// Pictures among the tokens of a conversation: the chat template writes one placeholder for each.

import { ConversationError } from '../errors/conversation.error.js';

/** Text, control tokens among it, or so many placeholders. */
export type ImagePiece = { readonly text: string } | { readonly placeholders: number };

/** What stands for the pictures of a conversation, in their order. */
export interface ShownImages {
  /** The placeholder's id. */
  readonly token: number;
  readonly images: readonly (readonly ImagePiece[])[];
}

/**
 * @param ids of the conversation, a placeholder for each picture.
 * @param encode a piece's text.
 * @throws ConversationError where the template has shown another number of pictures
 */
export function withImages(
  ids: readonly number[],
  { token, images }: ShownImages,
  encode: (text: string) => readonly number[],
): number[] {
  const found = ids.filter((id) => id === token).length;
  if (found !== images.length)
    throw new ConversationError(
      `the chat template shows the model ${found} pictures where the conversation has ${images.length}`,
    );
  const pieces = images.values();
  return ids.flatMap((id) => (id === token ? spelt(pieces.next().value ?? []) : [id]));

  function spelt(image: readonly ImagePiece[]): number[] {
    return image.flatMap((piece) =>
      'text' in piece
        ? [...encode(piece.text)]
        : Array.from({ length: piece.placeholders }, () => token),
    );
  }
}
