/** The time of day in one zone. `month` and `day` count from 1; `weekday` from 0, which is Sunday. */
type WallClock = Readonly<
  Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'weekday' | 'offsetMinutes', number>
> & { readonly milliseconds: number };

type Render = (clock: WallClock) => string;

const DAY_MILLISECONDS = 86_400_000;
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

const padded = (value: number, width = 2): string => String(value).padStart(width, '0');
const hour12 = ({ hour }: WallClock): number => hour % 12 || 12;
const millisecond = ({ milliseconds }: WallClock): number => ((milliseconds % 1000) + 1000) % 1000;

/** The letters of moment's formats that have a meaning here (momentjs.com/docs/#/displaying/format). */
const TOKENS: Readonly<Record<string, Render>> = {
  YYYY: ({ year }) => padded(year, 4),
  YY: ({ year }) => padded(year % 100),
  Q: ({ month }) => String(Math.ceil(month / 3)),
  MMMM: ({ month }) => MONTHS[month - 1] ?? '',
  MMM: ({ month }) => (MONTHS[month - 1] ?? '').slice(0, 3),
  MM: ({ month }) => padded(month),
  M: ({ month }) => String(month),
  DDDD: (clock) => padded(dayOfYear(clock), 3),
  DDD: (clock) => String(dayOfYear(clock)),
  DD: ({ day }) => padded(day),
  Do: ({ day }) => ordinal(day),
  D: ({ day }) => String(day),
  dddd: ({ weekday }) => WEEKDAYS[weekday] ?? '',
  ddd: ({ weekday }) => (WEEKDAYS[weekday] ?? '').slice(0, 3),
  dd: ({ weekday }) => (WEEKDAYS[weekday] ?? '').slice(0, 2),
  d: ({ weekday }) => String(weekday),
  E: ({ weekday }) => String(weekday || 7),
  GGGG: (clock) => padded(isoWeek(clock).year, 4),
  GG: (clock) => padded(isoWeek(clock).year % 100),
  WW: (clock) => padded(isoWeek(clock).week),
  W: (clock) => String(isoWeek(clock).week),
  HH: ({ hour }) => padded(hour),
  H: ({ hour }) => String(hour),
  hh: (clock) => padded(hour12(clock)),
  h: (clock) => String(hour12(clock)),
  mm: ({ minute }) => padded(minute),
  m: ({ minute }) => String(minute),
  ss: ({ second }) => padded(second),
  s: ({ second }) => String(second),
  SSS: (clock) => padded(millisecond(clock), 3),
  SS: (clock) => padded(Math.floor(millisecond(clock) / 10)),
  S: (clock) => String(Math.floor(millisecond(clock) / 100)),
  A: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  a: ({ hour }) => (hour < 12 ? 'am' : 'pm'),
  ZZ: ({ offsetMinutes }) => offsetText(offsetMinutes, ''),
  Z: ({ offsetMinutes }) => offsetText(offsetMinutes, ':'),
  X: ({ milliseconds }) => String(Math.floor(milliseconds / 1000)),
  x: ({ milliseconds }) => String(milliseconds),
};

/** Text in brackets, an escaped letter, a run of one letter that moment gives a meaning, or anything else. */
const PIECES = /\[([^[\]]*)\]|\\(.)|(Do|[Mdw]o|([YQMDdEGWHhmsSAaZXxwgNykzLle])\4*)|[^]/g;

/** What in a format has a meaning for moment and none here: ["ww"]. Such letters are written as text in brackets. */
export function unknownTokens(format: string): readonly string[] {
  return [...format.matchAll(PIECES)]
    .map(([, , , token]) => token ?? '')
    .filter((token) => token !== '' && !Object.hasOwn(TOKENS, token));
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** A moment (milliseconds since the epoch) by a format of moment's letters: "YYYYMMDD-HHmmss". The zone is one that `isTimeZone` knows. */
export function formatDate(milliseconds: number, format: string, timeZone: string): string {
  const clock = wallClock(milliseconds, timeZone);
  return format.replaceAll(PIECES, (all: string, quoted?: string, escaped?: string, token?: string) =>
    token === undefined ? (quoted ?? escaped ?? all) : (TOKENS[token]?.(clock) ?? token),
  );
}

function wallClock(milliseconds: number, timeZone: string): WallClock {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(new Date(milliseconds));
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((one) => one.type === type)?.value);
  const [year, month, day] = [part('year'), part('month'), part('day')];
  const [hour, minute, second] = [part('hour'), part('minute'), part('second')];
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const offsetMinutes = Math.round((local.getTime() - Math.floor(milliseconds / 1000) * 1000) / 60_000);
  return { year, month, day, hour, minute, second, weekday: local.getUTCDay(), offsetMinutes, milliseconds };
}

function dayOfYear({ year, month, day }: WallClock): number {
  return Math.round((Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 1)) / DAY_MILLISECONDS) + 1;
}

/** ISO 8601: a week belongs to the year of its Thursday. */
function isoWeek({ year, month, day, weekday }: WallClock): { readonly year: number; readonly week: number } {
  const thursday = new Date(Date.UTC(year, month - 1, day + 4 - (weekday || 7)));
  const days = (thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / DAY_MILLISECONDS;
  return { year: thursday.getUTCFullYear(), week: Math.floor(days / 7) + 1 };
}

function ordinal(day: number): string {
  const isTeen = day >= 11 && day <= 13;
  return `${day}${(isTeen ? undefined : ['th', 'st', 'nd', 'rd'][day % 10]) ?? 'th'}`;
}

function offsetText(minutes: number, separator: string): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${padded(Math.floor(size / 60))}${separator}${padded(size % 60)}`;
}
