// Items of lists that the caller knows to be there. Hot loops index: functions that are handed lists
// of all kinds read each slowly.

/** @throws RangeError naming the index where the list has no such item. */
export function item<T>(list: ArrayLike<T>, index: number): T {
  const found = list[index];
  if (found === undefined)
    throw new RangeError(`expected an item ${index}, the list has ${list.length}`);
  return found;
}

/** @throws RangeError where the list is empty. */
export const first = <T>(list: ArrayLike<T>): T => item(list, 0);

/** @throws RangeError where the list is empty. */
export const last = <T>(list: ArrayLike<T>): T => item(list, list.length - 1);
