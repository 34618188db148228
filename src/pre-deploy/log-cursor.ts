/** How far the log of one container was read, so that a reading that broke off goes on without a line twice. */
export type LogCursor = {
  /** The second of the newest line, as `sinceTime` wants it; undefined before the first line that has a time. */
  sinceTime(): string | undefined;
  /** For one answer from `sinceTime` on: gives the text of each line without its time, or undefined for a line that is known already. */
  begin(): (line: string) => string | undefined;
};

type Stamped = { readonly stamp: string; readonly second: string | undefined; readonly text: string };

/** What `timestamps=true` puts before each line (kubelet logs.go: RFC 3339 with nine digits, in the node's time zone). */
const STAMPED = /^((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d))(?: (.*))?$/s;

/**
 * The API server gives `sinceTime` to the kubelet without its fraction (pkg/registry/core/pod/strategy.go), so all lines of the newest second
 * come again. They are known by their times. Times are compared as texts: stdout and stderr may be a little out of order.
 */
export function createLogCursor(): LogCursor {
  let newest: string | undefined;
  let known = new Map<string, number>();

  const remember = ({ stamp, second }: Stamped): void => {
    if (second !== undefined && (newest === undefined || Date.parse(second) > Date.parse(newest))) {
      newest = second;
      known = new Map();
    }
    known.set(stamp, (known.get(stamp) ?? 0) + 1);
  };

  return {
    sinceTime: () => newest,
    begin: () => {
      const again = new Map(known);
      return (line) => {
        const stamped = readStamp(line);
        const left = again.get(stamped.stamp) ?? 0;
        if (left > 0) {
          again.set(stamped.stamp, left - 1);
          return undefined;
        }
        remember(stamped);
        return stamped.text;
      };
    },
  };
}

/** A line without a time is one that the kubelet wrote itself, or one of a kubelet that knows no times. */
function readStamp(line: string): Stamped {
  const [, stamp, second = '', zone = '', text = ''] = STAMPED.exec(line) ?? [];
  return stamp === undefined
    ? { stamp: '', second: undefined, text: line }
    : { stamp, second: `${second}${zone}`, text };
}
