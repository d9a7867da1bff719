// An attribute's name in a sentence.

/** `side_effects` is a field's way to say side effects. */
export const spokenAttribute = (attribute: string): string => attribute.replaceAll('_', ' ');
