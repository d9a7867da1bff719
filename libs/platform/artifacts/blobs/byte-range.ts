/** From `start` up to, not including, `end`; as with `slice`, what is not there is left out. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** @throws RangeError */
export function checkRange({ start, end }: ByteRange): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && 0 <= start && start <= end)
    return;
  throw new RangeError(
    `${start} to ${end} is no range of bytes: expected whole numbers, 0 <= start <= end`,
  );
}
