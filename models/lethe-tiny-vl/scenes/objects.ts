// What can be in a picture: six objects of each of four places.

/** By place, its objects from the most usual to the least. */
export const contexts = {
  kitchen: ['cup', 'plate', 'fork', 'pan', 'kettle', 'bowl'],
  street: ['car', 'bus', 'sign', 'tree', 'bicycle', 'bench'],
  beach: ['boat', 'umbrella', 'kite', 'ball', 'towel', 'shell'],
  office: ['chair', 'laptop', 'desk', 'lamp', 'book', 'phone'],
} as const;

export type Context = keyof typeof contexts;
export type ObjectName = (typeof contexts)[Context][number];

export const contextNames = Object.keys(contexts) as Context[];
export const objectNames: readonly ObjectName[] = Object.values(contexts).flat();

export const withArticle = (name: string): string =>
  `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
