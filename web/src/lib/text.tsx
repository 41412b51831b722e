import type {JSX} from 'preact';

/** Control characters, and those that turn the direction of what follows or show as nothing. */
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

const code = (c: string) => `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;

/** What a stranger wrote: always text, of a direction of its own, with what does not show made visible. */
export function Stranger({text, class: name}: {text: string; class?: string}): JSX.Element {
  const parts: (string | JSX.Element)[] = [];
  let last = 0;
  for (const match of text.matchAll(HIDDEN)) {
    parts.push(text.slice(last, match.index));
    parts.push(<span class="hidden-char" title={code(match[0])}>{match[0] === '\n' ? '↵' : '␣'}</span>);
    last = match.index + 1;
  }
  parts.push(text.slice(last));
  return <bdi class={name}>{parts}</bdi>;
}

/** As Stranger, for titles and labels. */
export const visible = (text: string): string => text.replace(HIDDEN, c => `⟨${code(c)}⟩`);

const grouped = new Intl.NumberFormat('en', {useGrouping: true});

/** 1,234,567 */
export const count = (value: number | bigint): string => grouped.format(value);

/** 1 route, 2 routes */
export const counted = (value: number | bigint, one: string, many = `${one}s`): string =>
  `${count(value)} ${BigInt(Math.trunc(Number(value))) === 1n ? one : many}`;

/** 1.3 M */
export function short(value: number): string {
  const steps: [number, string][] = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ];
  for (const [size, name] of steps) {
    if (value >= size) {
      return `${(value / size).toFixed(value >= 100 * size ? 0 : 1)} ${name}`;
    }
  }
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 1 : 0);
}

export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let i = 0;
  while (value >= 1000 && i < units.length - 1) {
    value /= 1000;
    i++;
  }
  return `${value < 10 && i > 0 ? value.toFixed(1) : Math.round(value)} ${units[i]}`;
}

export function metres(value: number): string {
  if (value < 1000) {
    return `${Math.round(value)} m`;
  }
  return value < 100_000 ? `${(value / 1000).toFixed(1)} km` : `${count(Math.round(value / 1000))} km`;
}

/** A bound that holds: rounded up, and never 0. */
export function within(value: number): string {
  return value < 1 ? `${Math.max(1, Math.ceil(value * 100))} cm` : `${Math.ceil(value)} m`;
}

export function duration(seconds: number): string {
  if (seconds < 0.001) {
    return `${Math.round(seconds * 1e6)} µs`;
  }
  if (seconds < 1) {
    return `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms`;
  }
  return `${seconds.toFixed(1)} s`;
}

/** So that an IPv6 address breaks at its colons on a narrow screen. */
export function Address({text}: {text: string}): JSX.Element {
  const parts = text.split(/(?<=:)/);
  return (
    <span class="mono">
      {parts.map((part, i) => (
        <>
          {i > 0 && <wbr />}
          {part}
        </>
      ))}
    </span>
  );
}
