import {create} from '@bufbuild/protobuf';
import {Code, ConnectError} from '@connectrpc/connect';
import {WatchStartSchema, type Progress, type WatchStart} from './gen/guidepost/common/v1/watch_pb.js';

/** What the responses of Routes.Watch, Features.Watch and Notes.WatchNotes have in common. */
export interface WatchMessage {
  progress?: Progress | undefined;
}

/** How a watch is. */
export type WatchState =
  | {state: 'connecting'; attempt: number}
  | {state: 'live'}
  | {state: 'waiting'; error: ConnectError; retryMillis: number; since: Date};

/** What a watch hands over. */
export type WatchEvent<M> =
  /** Forget what the watch told before: what follows begins afresh, for this reason. */
  | {type: 'reset'; why: string}
  /** The next message. What one revision changed is handed over whole. */
  | {type: 'message'; message: M};

export interface WatchOptions {
  /** Ends the watch; so does leaving its loop. */
  signal?: AbortSignal | undefined;
  /** Begin after this progress, which an earlier watch had reached. Default: with a snapshot. */
  after?: Progress | undefined;
  /** Begin with the changes from now on, without a snapshot. */
  changesOnly?: boolean | undefined;
  /** A connection that brings nothing for so long counts as dead. A server sends something every 15 s. Default: 40,000. */
  silenceMillis?: number | undefined;
  /** Waits between attempts; may end early, as when a network is there again. Default: just the time. */
  wait?: ((millis: number, signal: AbortSignal) => Promise<void>) | undefined;
  /** Told whenever the state changes. */
  onState?: ((state: WatchState) => void) | undefined;
}

const FIRST_WAIT_MILLIS = 500;
const LONGEST_WAIT_MILLIS = 15_000;
const SILENCE_MILLIS = 40_000;

/** What asking again cannot change. */
const FINAL = new Set([
  Code.InvalidArgument,
  Code.NotFound,
  Code.PermissionDenied,
  Code.Unauthenticated,
  Code.Unimplemented,
  Code.FailedPrecondition,
]);

/**
 * Watches for as long as the signal allows: a call that ends is made again after the last progress, so that each change is
 * handed over once. If the server no longer has the changes after that, or has other data, as after a restore, a `reset`
 * comes, and a snapshot follows.
 *
 * ```ts
 * const events = watch((start, signal) => routes.watch({prefix: '10.0.0.0/8', start}, {signal}), {signal});
 * for await (const event of events) { … }
 * ```
 *
 * @throws ConnectError if asking again cannot help, such as for a table that does not exist
 */
export async function* watch<M extends WatchMessage>(
  open: (start: WatchStart | undefined, signal: AbortSignal) => AsyncIterable<M>,
  options: WatchOptions = {},
): AsyncGenerator<WatchEvent<M>, void, void> {
  const {signal = new AbortController().signal, onState = () => {}, wait = pause} = options;
  let after = options.after;
  let attempt = 0;
  let halfTold = false; // some of a snapshot was handed over
  while (!signal.aborted) {
    onState({state: 'connecting', attempt});
    const call = new Call(signal, options.silenceMillis ?? SILENCE_MILLIS);
    let error: ConnectError;
    try {
      const held: M[] = [];
      let snapshot = after === undefined && !options.changesOnly;
      if (snapshot && halfTold) {
        halfTold = false;
        yield {type: 'reset', why: 'the snapshot broke off'};
      }
      for await (const message of call.messages(open(start(after, options.changesOnly), call.signal))) {
        if (attempt > 0 || !call.heard) {
          attempt = 0;
          onState({state: 'live'});
        }
        call.heard = true;
        const beginning = startsOver(message);
        if (beginning && after) {
          yield {type: 'reset', why: beginning};
          after = undefined;
          snapshot = true;
        }
        if (snapshot) {
          snapshot = !isProgress(message.progress);
          halfTold = snapshot;
          yield {type: 'message', message};
        } else {
          held.push(message);
          if (isWhole(held)) {
            for (const each of held.splice(0)) {
              yield {type: 'message', message: each};
            }
          }
        }
        if (!snapshot && held.length === 0 && isProgress(message.progress)) {
          after = message.progress;
        }
      }
      error = new ConnectError('the server ended the watch', Code.Unavailable);
    } catch (e) {
      error = ConnectError.from(call.silent ? new ConnectError('nothing was heard', Code.Unavailable) : e);
    } finally {
      call.end();
    }
    if (signal.aborted) {
      return;
    }
    if (error.code === Code.OutOfRange && after) {
      yield {type: 'reset', why: error.rawMessage};
      after = undefined;
      continue;
    }
    if (FINAL.has(error.code)) {
      throw error;
    }
    const retryMillis = backoff(attempt++);
    onState({state: 'waiting', error, retryMillis, since: new Date()});
    await wait(retryMillis, signal);
  }
}

function start(after: Progress | undefined, changesOnly: boolean | undefined): WatchStart | undefined {
  if (after) {
    return create(WatchStartSchema, {start: {case: 'after', value: after}});
  }
  return changesOnly ? create(WatchStartSchema, {start: {case: 'changesOnly', value: true}}) : undefined;
}

/** Half of it always, and the other half by chance: those that lost one server do not come back all at once. */
function backoff(attempt: number): number {
  const most = Math.min(LONGEST_WAIT_MILLIS, FIRST_WAIT_MILLIS * 2 ** attempt);
  return most / 2 + (Math.random() * most) / 2;
}

function isProgress(progress: Progress | undefined): progress is Progress {
  return progress !== undefined && progress.timeline !== 0n;
}

interface Part {
  case?: string;
  value?: unknown;
}

function part(message: WatchMessage): Part {
  const {part, content} = message as {part?: Part; content?: Part};
  return part ?? content ?? {};
}

/** True if the last message's progress is that of all that is held: a large revision comes in several messages. */
function isWhole(held: WatchMessage[]): boolean {
  const last = held[held.length - 1]!;
  if (part(last).case === undefined || part(last).case === 'lag' || part(last).case === 'opening') {
    return held.length === 1 || isProgress(last.progress);
  }
  return isProgress(last.progress) && last.progress.revision >= newest(last);
}

function newest(message: WatchMessage): bigint {
  const value = part(message).value as
    | {changes?: {route?: {revision: bigint}; feature?: {revision: bigint}}[]; events?: {revision: bigint}[]}
    | undefined;
  const changes = value?.changes ?? [];
  const events = value?.events ?? [];
  const change = changes[changes.length - 1];
  return change?.route?.revision ?? change?.feature?.revision ?? events[events.length - 1]?.revision ?? 0n;
}

/** Notes say in their opening why they begin with a snapshot although a progress was sent; the others end the call. */
function startsOver(message: WatchMessage): string | undefined {
  const {case: name, value} = part(message);
  const beginning = name === 'opening' ? (value as {beginning: number}).beginning : 0;
  return beginning === 3
    ? 'the log no longer goes back that far'
    : beginning === 4
      ? 'the server has other data than before'
      : undefined;
}

/** One call, which ends when nothing is heard of it. */
class Call {
  readonly #abort = new AbortController();
  readonly #end: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  silent = false;
  heard = false;

  constructor(
    outer: AbortSignal,
    private readonly silenceMillis: number,
  ) {
    const abort = () => this.#abort.abort(outer.reason);
    outer.addEventListener('abort', abort);
    this.#end = () => outer.removeEventListener('abort', abort);
    if (outer.aborted) {
      abort();
    }
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  async *messages<M>(from: AsyncIterable<M>): AsyncGenerator<M> {
    this.#listen();
    for await (const message of from) {
      clearTimeout(this.#timer); // how long the reader takes says nothing of the connection
      yield message;
      this.#listen();
    }
  }

  #listen() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.silent = true;
      this.#abort.abort();
    }, this.silenceMillis);
  }

  end() {
    clearTimeout(this.#timer);
    this.#end();
    this.#abort.abort();
  }
}

function pause(millis: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) {
    return Promise.resolve();
  }
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, millis);
    signal.addEventListener('abort', done);
  });
}
