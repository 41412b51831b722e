import {useCallback, useEffect, useRef, useState} from 'preact/hooks';
import {trouble, type Trouble} from './errors';
import {generation} from './session';

/** An answer that may not be there yet; what was there before stays until the next is. */
export interface Asked<T> {
  value?: T;
  trouble?: Trouble;
  /** True while it is asked for. */
  loading: boolean;
  retry: () => void;
  cancel: () => void;
}

/** Asks whenever one of these values changes, or the reader signs in; what is no longer wanted is aborted. */
export function useAsk<T>(ask: (signal: AbortSignal) => Promise<T>, on: readonly unknown[], keep = true): Asked<T> {
  const [state, setState] = useState<Omit<Asked<T>, 'retry' | 'cancel'>>({loading: true});
  const [again, setAgain] = useState(0);
  const abort = useRef<AbortController | undefined>(undefined);
  const signedIn = generation.value;
  useEffect(() => {
    const controller = new AbortController();
    abort.current = controller;
    setState(before => ({value: keep ? before.value : undefined, loading: true}));
    ask(controller.signal).then(
      value => controller.signal.aborted || setState({value, loading: false}),
      e => controller.signal.aborted || setState({trouble: trouble(e), loading: false}),
    );
    return () => controller.abort();
  }, [...on, again, signedIn]);
  const retry = useCallback(() => setAgain(n => n + 1), []);
  const cancel = useCallback(() => {
    abort.current?.abort();
    setState(before => ({...before, loading: false}));
  }, []);
  return {...state, retry, cancel};
}

/** A value that follows another at once, and then not again for a while. */
export function useSlower<T>(value: T, millis: number): T {
  const [shown, setShown] = useState(value);
  const changed = useRef(0);
  useEffect(() => {
    const timer = setTimeout(
      () => {
        changed.current = Date.now();
        setShown(value);
      },
      Math.max(0, changed.current + millis - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [value, millis]);
  return shown;
}

/** Asks when the tab is looked at again: a page that is idle asks for nothing but its stream. */
export function useShown(act: () => void, on: readonly unknown[] = []): void {
  useEffect(() => {
    const shown = () => document.hidden || act();
    document.addEventListener('visibilitychange', shown);
    return () => document.removeEventListener('visibilitychange', shown);
  }, on);
}

/** Asks now and then, while somebody looks. */
export function useEvery(millis: number, act: () => void, on: readonly unknown[] = []): void {
  useEffect(() => {
    const timer = setInterval(() => document.hidden || act(), millis);
    const shown = () => document.hidden || act();
    document.addEventListener('visibilitychange', shown);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', shown);
    };
  }, on);
}
