/** A pause in milliseconds, a quarter more or less: the jobs of a matrix start together and must not come back together. `random` is from 0 to 1. */
export function jittered(milliseconds: number, random: number): number {
  return milliseconds * (0.75 + random / 2);
}
