const UNIT_SECONDS = { d: 86_400, h: 3600, m: 60, s: 1 } as const;

/** "90", "90s", "5m", "1h30m", "7d" → seconds; throws an Error for anything else and for zero. */
export function parseDuration(text: string): number {
  const whole = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?$/.exec(text.trim());
  if (whole === null || text.trim() === '') {
    throw new Error(`"${text}" is not a duration like 90s, 5m, 1h30m or 7d`);
  }
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = whole;
  const total =
    Number(days) * UNIT_SECONDS.d + Number(hours) * UNIT_SECONDS.h + Number(minutes) * UNIT_SECONDS.m + Number(seconds);
  if (total === 0) {
    throw new Error(`"${text}" is no time at all; give at least 1s`);
  }
  return total;
}
