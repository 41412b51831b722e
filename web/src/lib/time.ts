import {timestampDate, timestampFromDate, type Timestamp} from '@bufbuild/protobuf/wkt';
import {computed, signal} from '@preact/signals';

const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Times are shown in the reader's zone or in UTC; the zone always stands beside them. */
export const inUtc = signal(false);
export const zone = computed(() => (inUtc.value ? 'UTC' : OWN_ZONE));

/** Now, for ages: moves on every ten seconds while somebody looks. */
export const now = signal(Date.now());
setInterval(() => {
  if (!document.hidden) {
    now.value = Date.now();
  }
}, 10_000);

const formats = new Map<string, Intl.DateTimeFormat>();

function format(withSeconds: boolean): Intl.DateTimeFormat {
  const key = `${zone.value} ${withSeconds}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone.value,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: withSeconds ? '2-digit' : undefined,
      hourCycle: 'h23',
      timeZoneName: 'short',
    });
    formats.set(key, found);
  }
  return found;
}

export const toDate = (time: Timestamp | undefined): Date | undefined => time && timestampDate(time);
export const fromDate = timestampFromDate;

/** 2026-07-01 09:00:05 CEST. */
export function inZone(time: Date, withSeconds = true): string {
  const parts = Object.fromEntries(
    format(withSeconds)
      .formatToParts(time)
      .map(part => [part.type, part.value]),
  );
  const seconds = withSeconds ? `:${parts['second']}` : '';
  return `${parts['year']}-${parts['month']}-${parts['day']} ${parts['hour']}:${parts['minute']}${seconds} ${parts['timeZoneName']}`;
}

/** 2026-07-01T07:00:05Z, for links and hovers. */
export const utc = (time: Date): string => time.toISOString().replace(/\.000Z$/, 'Z');

/** Of a span, in its two largest units at most: 3 d 4 h. */
export function span(millis: number): string {
  const seconds = Math.max(0, Math.round(millis / 1000));
  const units: [number, string][] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  for (const [i, [size, name]] of units.entries()) {
    if (seconds >= size) {
      const whole = Math.floor(seconds / size);
      const next = units[i + 1];
      const rest = next ? Math.floor((seconds - whole * size) / next[0]) : 0;
      return rest && whole < 10 && next ? `${whole} ${name} ${rest} ${next[1]}` : `${whole} ${name}`;
    }
  }
  return '0 s';
}

export const ago = (time: Date): string => {
  const millis = now.value - time.getTime();
  return millis < 5_000 ? 'just now' : `${span(millis)} ago`;
};
