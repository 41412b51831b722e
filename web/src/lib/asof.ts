import {create, type MessageInitShape} from '@bufbuild/protobuf';
import {AsOfSchema, type AsOf} from 'guidepost';
import {fromDate, inUtc} from './time';

export type When = MessageInitShape<typeof AsOfSchema> & AsOf;

const AGO = /^-\s*(\d+(?:\.\d+)?)\s*(s|sec|m|min|h|d|w)$/i;
const SECONDS: Record<string, number> = {s: 1, sec: 1, m: 60, min: 60, h: 3_600, d: 86_400, w: 604_800};
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const CLOCK = /^(?:(sun|mon|tue|wed|thu|fri|sat)[a-z]*\s+|(yesterday|today)\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?$/i;

/** What is wrong with a text that names a state. */
export class WhenError extends Error {}

/**
 * The state that a text names: nothing or "now", a revision "r812", a span "-2h", a time of day "9:00", "Tue 9:00" of the
 * last one that there was, or RFC 3339.
 */
export function parseWhen(text: string, at = new Date()): When | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.toLowerCase() === 'now') {
    return undefined;
  }
  const revision = /^r?(\d{1,19})$/i.exec(trimmed);
  if (revision) {
    return create(AsOfSchema, {state: {case: 'revision', value: BigInt(revision[1]!)}});
  }
  const time = timeOf(trimmed, at);
  if (!time || Number.isNaN(time.getTime())) {
    throw new WhenError(`at “${trimmed}”: must be now, a revision like r812, -2h, Tue 9:00, or 2026-07-01T09:00:00Z`);
  }
  return create(AsOfSchema, {state: {case: 'time', value: fromDate(time)}});
}

function timeOf(text: string, at: Date): Date | undefined {
  const ago = AGO.exec(text);
  if (ago) {
    return new Date(at.getTime() - Number(ago[1]) * SECONDS[ago[2]!.toLowerCase()]! * 1000);
  }
  const clock = CLOCK.exec(text);
  if (clock) {
    return clockTime(clock, at);
  }
  return /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d|$)/.test(text) ? new Date(zoned(text.replace(' ', 'T'))) : undefined;
}

/** A time without a zone is of the zone that is shown. */
const zoned = (text: string): string => {
  const whole = text.includes('T') ? text : `${text}T00:00`;
  return inUtc.value && !/(Z|[+-]\d\d:?\d\d)$/i.test(whole) ? `${whole}Z` : whole;
};

function clockTime(match: RegExpExecArray, at: Date): Date | undefined {
  const [, day, near, hours, minutes, seconds] = match;
  if (Number(hours) > 23 || Number(minutes) > 59) {
    return undefined;
  }
  const time = new Date(at);
  const set = (h: number, m: number, s: number) => (inUtc.value ? time.setUTCHours(h, m, s, 0) : time.setHours(h, m, s, 0));
  const move = (days: number) =>
    inUtc.value ? time.setUTCDate(time.getUTCDate() + days) : time.setDate(time.getDate() + days);
  set(Number(hours), Number(minutes), Number(seconds ?? 0));
  if (day) {
    const today = inUtc.value ? time.getUTCDay() : time.getDay();
    move(-((today - DAYS.indexOf(day.toLowerCase()) + 7) % 7));
    if (time > at) {
      move(-7);
    }
  } else if (near?.toLowerCase() === 'yesterday' || time > at) {
    move(-1);
  }
  return time;
}
