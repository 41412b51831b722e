import type {ConnectError} from '@connectrpc/connect';
import {signal, type Signal} from '@preact/signals';
import {useEffect, useRef, useState} from 'preact/hooks';
import {watch, type Progress, type WatchEvent, type WatchMessage, type WatchStart} from 'guidepost';
import {trouble, type Trouble} from './errors';
import {generation} from './session';

/** How what is shown relates to what the server has now. */
export type Live =
  | {state: 'connecting'}
  | {state: 'live'; revision: bigint; timeline: bigint}
  | {state: 'lagging'; behind: bigint}
  | {state: 'disconnected'; since: Date; until: Date; text: string}
  | {state: 'idle'}
  | {state: 'paused'}
  | {state: 'failed'; trouble: Trouble};

/** A tab that nobody has looked at for so long holds no stream, ms. */
const HIDDEN_MILLIS = 30_000;

/** Ends early when there is a network again, or somebody looks. */
function wait(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      document.removeEventListener('visibilitychange', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, millis);
    addEventListener('online', done);
    document.addEventListener('visibilitychange', done);
    signal.addEventListener('abort', done);
  });
}

export interface LiveWatch {
  live: Live;
  /** Why what is shown was begun again, if it was. */
  restarted: string;
}

/**
 * Watches while the page is shown. A hidden one stops after a while and goes on after the last progress when it is looked
 * at; so does one that is paused.
 */
export function useWatch<M extends WatchMessage>(
  open: (start: WatchStart | undefined, signal: AbortSignal) => AsyncIterable<M>,
  tell: (event: WatchEvent<M>) => void,
  options: {on: readonly unknown[]; enabled?: boolean; paused?: boolean; changesOnly?: boolean; after?: Progress},
): LiveWatch {
  const {enabled = true, paused = false} = options;
  const [live, setLive] = useState<Live>({state: 'connecting'});
  const [restarted, setRestarted] = useState('');
  const [shown, setShown] = useState(!document.hidden); // a tab that is opened behind another waits
  const place = useRef<{on: string; after?: Progress}>({on: ''});
  const latest = useRef(tell);
  latest.current = tell;
  useEffect(() => whileShown(setShown), []);
  const key = JSON.stringify([options.on, generation.value], (_, value) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  if (place.current.on !== key) {
    place.current = {on: key, after: options.after};
  }
  useEffect(() => {
    if (!enabled || paused || !shown) {
      setLive({state: paused || enabled ? 'paused' : 'idle'});
      return;
    }
    const controller = new AbortController();
    const at = place.current;
    /** What was the newest revision when the server said that this reader lags. */
    let caughtUp = 0n;
    setRestarted('');
    run(controller.signal, at).catch(e => {
      if (!controller.signal.aborted) {
        setLive({state: 'failed', trouble: trouble(e)});
      }
    });
    return () => controller.abort();

    async function run(signal: AbortSignal, at: {after?: Progress}) {
      const events = watch(open, {
        signal,
        after: at.after,
        changesOnly: options.changesOnly,
        wait,
        onState: state => {
          if (state.state === 'waiting') {
            setLive(disconnected(state.error, state.retryMillis));
          } else if (state.state === 'live') {
            const {after} = at;
            setLive({state: 'live', revision: after?.revision ?? 0n, timeline: after?.timeline ?? 0n});
          }
        },
      });
      for await (const event of events) {
        latest.current(event);
        if (event.type === 'reset') {
          caughtUp = 0n;
          at.after = undefined;
          setRestarted(event.why);
        } else {
          note(event.message, at);
        }
      }
    }

    function note(message: M, at: {after?: Progress}) {
      const {progress} = message;
      const lag = (message as {part?: {case?: string; value?: {revisionsBehind: bigint; newestRevision: bigint}}}).part;
      if (lag?.case === 'lag') {
        caughtUp = lag.value!.newestRevision;
        setLive({state: 'lagging', behind: lag.value!.revisionsBehind});
      } else if (progress && progress.timeline !== 0n) {
        at.after = progress;
        const behind = caughtUp - progress.revision;
        setLive(behind > 0n ? {state: 'lagging', behind} : {state: 'live', revision: progress.revision, timeline: progress.timeline});
      }
    }
  }, [key, enabled, paused, shown]);
  return {live, restarted};
}

function disconnected(error: ConnectError, retryMillis: number): Live {
  const since = new Date();
  return {
    state: 'disconnected',
    since,
    until: new Date(since.getTime() + retryMillis),
    text: trouble(error).text,
  };
}

function whileShown(setShown: (shown: boolean) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const changed = () => {
    clearTimeout(timer);
    if (document.hidden) {
      timer = setTimeout(() => setShown(false), HIDDEN_MILLIS);
    } else {
      setShown(true);
    }
  };
  document.addEventListener('visibilitychange', changed);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', changed);
  };
}

/** What is said to those who do not see it, at most every five seconds. */
export const announcement: Signal<string> = signal('');
let next = '';
let timer: ReturnType<typeof setTimeout> | undefined;
let said = 0;

export function announce(text: string): void {
  next = text;
  timer ??= setTimeout(
    () => {
      timer = undefined;
      said = Date.now();
      announcement.value = next;
    },
    Math.max(0, said + 5_000 - Date.now()),
  );
}
