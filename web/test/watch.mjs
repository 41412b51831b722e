// The npm package's watch, against calls that are made up: where a server would be, a list of what it sends.
import {Code, ConnectError} from '@connectrpc/connect';
import {check, client, equal, test} from './harness.mjs';

const progress = (revision, timeline = 7n) => ({revision: BigInt(revision), timeline});
const changes = (revision, names, reached) => ({
  part: {case: 'changes', value: {changes: names.map(prefix => ({kind: 1, route: {prefix, revision: BigInt(revision)}}))}},
  progress: progress(reached ?? revision),
});
const snapshot = names => ({part: {case: 'snapshot', value: {routes: names.map(prefix => ({prefix}))}}});
const end = revision => ({part: {case: 'endOfSnapshot', value: {}}, progress: progress(revision)});

/** Calls, each with what it sends, and how it ends: an error, or "silence". */
async function told(calls, options = {}) {
  const {watch} = await client();
  const abort = new AbortController();
  const starts = [];
  const open = async function* (start, signal) {
    starts.push(start?.start?.case === 'after' ? Number(start.start.value.revision) : (start?.start?.case ?? 'snapshot'));
    const call = calls[starts.length - 1];
    if (!call) {
      abort.abort();
      return;
    }
    yield* call.send;
    if (call.end === 'silence') {
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new ConnectError('aborted', Code.Canceled))));
    }
    if (call.end) {
      throw call.end;
    }
  };
  const events = [];
  for await (const event of watch(open, {signal: abort.signal, wait: async () => {}, silenceMillis: 30, ...options})) {
    if (event.type === 'reset') {
      events.push('reset');
    } else {
      const {case: name, value} = event.message.part ?? event.message.content ?? {};
      events.push(...(value?.changes ?? value?.routes ?? []).map(each => (each.route ?? each).prefix), ...(name === 'endOfSnapshot' ? ['end'] : []));
    }
  }
  return {events, starts};
}

const gone = new ConnectError('gone', Code.Unavailable);

test('package: a watch resumes after the last progress, and tells each change once', async () => {
  const {events, starts} = await told([
    {send: [snapshot(['a', 'b']), end(3), changes(4, ['c'])], end: gone},
    {send: [changes(5, ['d'])], end: 'silence'},
    {send: [changes(6, ['e'])]},
  ]);
  equal(events, ['a', 'b', 'end', 'c', 'd', 'e'], 'told');
  equal(starts, ['snapshot', 4, 5, 6], 'starts');
});

test('package: what one revision changed is told whole, also if a cut comes within', async () => {
  const {events, starts} = await told([
    {send: [end(3), changes(4, ['a', 'b'], 3)], end: gone},
    {send: [changes(4, ['a', 'b'], 3), changes(4, ['c'], 4)]},
  ]);
  equal(events, ['end', 'a', 'b', 'c'], 'told');
  equal(starts, ['snapshot', 3, 4], 'starts');
});

test('package: a snapshot that breaks off, and a log that is too short, begin again', async () => {
  const {events, starts} = await told([
    {send: [snapshot(['a'])], end: gone},
    {send: [snapshot(['a', 'b']), end(9)], end: gone},
    {send: [], end: new ConnectError('trimmed', Code.OutOfRange)},
    {send: [snapshot(['b']), end(99)]},
  ]);
  equal(events, ['a', 'reset', 'a', 'b', 'end', 'reset', 'b', 'end'], 'told');
  equal(starts, ['snapshot', 'snapshot', 9, 'snapshot', 99], 'starts');
});

test('package: notes of other data begin again; what asking again cannot change is an error', async () => {
  const opening = beginning => ({content: {case: 'opening', value: {beginning}}});
  const {events} = await told([{send: [opening(4), {content: {case: 'endOfSnapshot', value: {}}, progress: progress(2)}]}], {after: progress(50)});
  equal(events, ['reset', 'end'], 'told');
  const error = await told([{send: [], end: new ConnectError('no such table', Code.NotFound)}]).catch(e => e);
  check(error instanceof ConnectError && error.code === Code.NotFound, `an error: ${error}`);
});

test('package: a reader that takes longer than the silence loses no call', async () => {
  const {watch} = await client();
  const abort = new AbortController();
  let calls = 0;
  const open = async function* (_, signal) {
    calls++;
    for (const message of [snapshot(['a']), snapshot(['b']), end(3)]) {
      if (signal.aborted) {
        throw new ConnectError('aborted', Code.Canceled);
      }
      yield message;
    }
    abort.abort();
  };
  const events = [];
  for await (const event of watch(open, {signal: abort.signal, wait: async () => {}, silenceMillis: 10})) {
    events.push(event.type);
    await new Promise(resolve => setTimeout(resolve, 30)); // comes after a timer of 10
    if (calls > 1) {
      break;
    }
  }
  equal([calls, ...events], [1, 'message', 'message', 'message'], 'calls and events');
});

test('package: a watch that is ended when it is told of a cut does not wait', async () => {
  const {watch} = await client();
  const abort = new AbortController();
  const real = globalThis.setTimeout;
  let waits = 0;
  globalThis.setTimeout = (...all) => {
    waits += abort.signal.aborted ? 1 : 0;
    return real(...all);
  };
  try {
    const open = async function* () {
      throw gone;
    };
    for await (const _ of watch(open, {signal: abort.signal, onState: ({state}) => state === 'waiting' && abort.abort()})) {
      check(false, 'nothing comes');
    }
  } finally {
    globalThis.setTimeout = real;
  }
  equal(waits, 0, 'waits after the end');
});
