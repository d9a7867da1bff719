// A picture that takes more of the context than there is.

import { Failure } from '#failure/failure.js';

export class ImageRoomError extends Failure {
  static {
    this.define('image-room', { permanent: true });
  }

  constructor(features: number, room: number) {
    super(`it takes ${features} tokens, and the model's context has room for ${room}`);
  }
}
