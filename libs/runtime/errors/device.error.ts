// A device that was asked for and is not to be had.

export class DeviceError extends Error {
  override readonly name = 'DeviceError';

  constructor(device: string, reason: string) {
    super(`device ${device} cannot be used here: ${reason}`);
  }
}
