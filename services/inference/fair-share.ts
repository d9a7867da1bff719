// How much of something limited one tenant may have: as long as it has less than three times of what
// is free (dynamic thresholds; Choudhury and Hahne, 1998). One alone gets three quarters, and a
// newcomer always finds something free.

export const hasShare = (own: number, free: number): boolean => own < 3 * free;
