import {signal} from '@preact/signals';
import {useEffect, useRef} from 'preact/hooks';
import {go} from './router';

/** Single keys can be switched off: they disturb those who speak to their computer. */
export const keysOn = signal(true);

const SEQUENCE_MILLIS = 1_000;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest('dialog') !== null);

/** What keys do while something is shown: an action, or the address of a page. "g r" is g and then r. */
export function useKeys(keys: Record<string, (() => void) | string>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    let before = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const pressed = (event: KeyboardEvent) => {
      if (!keysOn.value || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
        return;
      }
      const all = latest.current;
      const found = all[`${before} ${event.key}`] ?? (before ? undefined : all[event.key]);
      clearTimeout(timer);
      const begins = Object.keys(all).some(each => each.startsWith(`${event.key} `));
      before = found === undefined && begins ? event.key : '';
      timer = setTimeout(() => (before = ''), SEQUENCE_MILLIS);
      if (found !== undefined) {
        event.preventDefault();
        if (typeof found === 'string') {
          go(found);
        } else {
          found();
        }
      }
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, []);
}
