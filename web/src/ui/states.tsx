import {Code} from '@connectrpc/connect';
import type {ComponentChildren, JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import type {Asked} from '../lib/ask';
import type {Trouble} from '../lib/errors';
import type {Live} from '../lib/live';
import {isAnonymous, signedOut, signInNow, signOut, who} from '../lib/session';
import {place} from '../lib/router';
import {ago, inZone, span, toDate, utc} from '../lib/time';
import {count, Stranger} from '../lib/text';
import type {Timestamp} from '@bufbuild/protobuf/wkt';

/** A moment: in the reader's zone, with UTC on hover; or its age, with both. */
export function Time({at, age, seconds = true}: {at?: Date | Timestamp; age?: boolean; seconds?: boolean}): JSX.Element {
  const date = at instanceof Date ? at : toDate(at);
  if (!date) {
    return <span class="faint">unknown</span>;
  }
  const shown = inZone(date, seconds);
  return (
    <time dateTime={utc(date)} title={age ? `${shown} (${utc(date)})` : utc(date)}>
      {age ? ago(date) : shown}
    </time>
  );
}

/** Placeholders, once waiting is noticeable. */
export function Loading({lines = 3, cancel, what}: {lines?: number; cancel?: () => void; what?: string}): JSX.Element {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class={shown ? 'loading shown' : 'loading'} role="status" aria-label={what ?? 'Loading'}>
      {Array.from({length: lines}, (_, i) => (
        <div class="bone" key={i} />
      ))}
      {shown && cancel && (
        <button type="button" class="quiet" onClick={cancel}>
          Cancel
        </button>
      )}
    </div>
  );
}

export function Empty({title, children}: {title: string; children?: ComponentChildren}): JSX.Element {
  return (
    <div class="empty" data-state="empty">
      <p class="lead">{title}</p>
      {children}
    </div>
  );
}

const TITLES: Partial<Record<Code, string>> = {
  [Code.InvalidArgument]: 'Invalid request',
  [Code.NotFound]: 'Not found',
  [Code.PermissionDenied]: 'Not allowed',
  [Code.Unauthenticated]: 'Not signed in',
  [Code.OutOfRange]: 'No longer known',
  [Code.ResourceExhausted]: 'Too much at once',
  [Code.Unavailable]: 'The server cannot answer now',
};

/** Where asking the same again can succeed. */
const PASSING: ReadonlySet<Code> = new Set([
  Code.Unavailable,
  Code.ResourceExhausted,
  Code.DeadlineExceeded,
  Code.Aborted,
  Code.Internal,
  Code.Unknown,
  Code.Canceled,
]);

/** What the server said, and when asking again may help. */
export function Failed({trouble, retry}: {trouble: Trouble; retry?: () => void}): JSX.Element {
  if (trouble.code === Code.Unauthenticated) {
    return <SignedOut />;
  }
  const denied = trouble.code === Code.PermissionDenied;
  return (
    <div class={denied ? 'failed denied' : 'failed'} role="alert" data-state={denied ? 'denied' : 'error'}>
      <p class="lead">{TITLES[trouble.code] ?? 'Something went wrong'}</p>
      <p>
        <Stranger text={trouble.text} />
      </p>
      {denied && who.value?.name && (
        <p class="faint">
          You are signed in as <Stranger text={who.value.name} />; your grants do not include this.
        </p>
      )}
      {trouble.facts['oldest_revision'] && (
        <p class="faint">The oldest revision kept is r{trouble.facts['oldest_revision']}.</p>
      )}
      {retry && PASSING.has(trouble.code) && <Retry millis={trouble.retryMillis} retry={retry} />}
    </div>
  );
}

function Retry({millis, retry}: {millis: number; retry: () => void}): JSX.Element {
  const [left, setLeft] = useState(Math.ceil(millis / 1000));
  useEffect(() => {
    if (left <= 0) {
      return;
    }
    const timer = setTimeout(() => setLeft(left - 1), 1_000);
    return () => clearTimeout(timer);
  }, [left]);
  return (
    <button type="button" onClick={retry} disabled={left > 0}>
      {left > 0 ? `Try again in ${left} s` : 'Try again'}
    </button>
  );
}

export function SignedOut(): JSX.Element {
  const rejected = signedOut.value === 'rejected';
  return (
    <div class="failed" role="alert" data-state="signed-out">
      <p class="lead">{rejected ? 'The token is not valid' : 'Sign in to see this'}</p>
      <p>
        {rejected
          ? 'It may have expired, or have been revoked.'
          : isAnonymous.value
            ? 'This is not open to everybody.'
            : 'This server answers only callers that it knows.'}
      </p>
      <div class="row">
        <button type="button" onClick={signInNow}>
          Sign in with a token
        </button>
        {rejected && (
          <button type="button" class="quiet" onClick={signOut}>
            Continue without signing in
          </button>
        )}
      </div>
    </div>
  );
}

/** What the reader's grants do not include; one who has not signed in can do that first. */
export function NotAllowed({children}: {children: ComponentChildren}): JSX.Element {
  if (!who.value || isAnonymous.value) {
    return <SignedOut />;
  }
  return (
    <div class="failed denied" data-state="denied">
      <p class="lead">Not allowed</p>
      <p>{children}</p>
    </div>
  );
}

/** Parameters of the address that mean nothing here: a link with a mistake in it must not look as if it were obeyed. */
export function Unknown({known}: {known: readonly string[]}): JSX.Element | null {
  const names = [...new Set(place.value.query.keys())].filter(name => !known.includes(name));
  return names.length === 0 ? null : (
    <p class="notice warn" role="alert" data-state="unknown-parameter">
      This address has {names.length === 1 ? 'a parameter' : 'parameters'} that this page does not know:{' '}
      {names.slice(0, 8).map((name, i) => (
        <>
          {i > 0 && ', '}
          <Stranger text={name.slice(0, 40)} class="mono" />
        </>
      ))}
      . Known are {known.join(', ')}.
    </p>
  );
}

/** An answer: its value, or why there is none yet. */
export function Answer<T>({
  of,
  lines,
  children,
}: {
  of: Asked<T>;
  lines?: number;
  children: (value: T) => ComponentChildren;
}): JSX.Element {
  if (of.trouble) {
    return <Failed trouble={of.trouble} retry={of.retry} />;
  }
  if (of.value === undefined) {
    return of.loading ? (
      <Loading lines={lines} cancel={of.cancel} />
    ) : (
      <Empty title="Cancelled">
        <button type="button" onClick={of.retry}>
          Ask again
        </button>
      </Empty>
    );
  }
  return <div class={of.loading ? 'answer stale' : 'answer'}>{children(of.value)}</div>;
}

/** How live what is shown is: a word and a shape, not a colour alone. */
export function LiveMark({live, quiet}: {live: Live; quiet?: boolean}): JSX.Element {
  switch (live.state) {
    case 'live':
      return (
        <span class="live on" data-live="live">
          <i aria-hidden="true">●</i> live{!quiet && live.revision > 0n && <> r{String(live.revision)}</>}
        </span>
      );
    case 'connecting':
      return (
        <span class="live" data-live="connecting">
          <i aria-hidden="true">◌</i> connecting
        </span>
      );
    case 'idle':
      return <span class="live" data-live="idle" />;
    case 'paused':
      return (
        <span class="live" data-live="paused">
          <i aria-hidden="true">❙❙</i> paused
        </span>
      );
    case 'lagging':
      return (
        <span class="live warn" data-live="lagging">
          <i aria-hidden="true">◐</i> {count(live.behind)} revisions behind
        </span>
      );
    case 'disconnected':
      return <Disconnected since={live.since} until={live.until} text={live.text} />;
    case 'failed':
      return (
        <span class="live bad" data-live="failed" title={live.trouble.text}>
          <i aria-hidden="true">✕</i> not live
        </span>
      );
  }
}

function Disconnected({since, until, text}: {since: Date; until: Date; text: string}): JSX.Element {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick(n => n + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, Math.ceil((until.getTime() - Date.now()) / 1000));
  return (
    <span class="live bad" data-live="disconnected" title={text}>
      <i aria-hidden="true">○</i> disconnected for {span(Date.now() - since.getTime())}; next try in {left} s
    </span>
  );
}
