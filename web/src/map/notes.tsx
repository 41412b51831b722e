import type {JSX} from 'preact';
import {useState} from 'preact/hooks';
import {guide} from 'guidepost';
import {trouble as troubleOf, type Trouble} from '../lib/errors';
import {api, isAnonymous, isOpen, mayPost, ownName, signInNow} from '../lib/session';
import {now, span, toDate} from '../lib/time';
import {counted, metres, Stranger} from '../lib/text';
import {Failed, Time} from '../ui/states';
import {DARK} from './base';
import {distance, fromE7, toE7, written, type LonLat} from './geo';
import {lookOf} from './kinds';

/** A note that is being written; it stays when the server refuses it, as for a token that has expired. */
export interface Draft {
  /** One for each form: to send it twice posts one note. */
  key: string;
  kind: string;
  text: string;
  author: string;
  severity?: number;
  /** Set by a closure and other notes with an end; otherwise the middle of the map is meant. */
  from?: LonLat;
  to?: LonLat;
}

export function Mark({kind}: {kind: string}): JSX.Element {
  const look = lookOf(kind);
  return (
    <span class="note-mark" style={{color: DARK.matches ? look.dark : look.light}} aria-hidden="true">
      {look.mark}
    </span>
  );
}

/** Whose name a reader without one gave last: asked for once. */
let typed = '';

export function NoteForm({
  draft,
  change,
  kinds,
  centre,
  close,
  posted,
}: {
  draft: Draft;
  change: (draft: Draft) => void;
  kinds: guide.NoteKind[];
  centre: LonLat;
  close: () => void;
  posted: (id: bigint) => void;
}): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<Trouble>();
  const author = ownName.value || draft.author || typed;
  const hasLine = draft.from !== undefined;
  const missing = !author
    ? 'your name'
    : draft.kind === 'text' && !draft.text.trim()
      ? 'the text'
      : draft.kind === 'closure' && !(draft.from && draft.to)
        ? 'where it starts and ends'
        : '';
  const send = async (event: Event) => {
    event.preventDefault();
    if (busy || missing) {
      return;
    }
    setBusy(true);
    setWrong(undefined);
    typed = author;
    try {
      const {note} = await api.notes.postNote({
        note: {
          author,
          kind: draft.kind,
          text: draft.text.trim(),
          severity: draft.severity ?? 0,
          point: toE7(draft.from ?? centre),
          to: draft.to ? toE7(draft.to) : undefined,
        },
        idempotencyKey: draft.key,
      });
      posted(note!.id);
    } catch (e) {
      setWrong(troubleOf(e));
    } finally {
      setBusy(false);
    }
  };
  const ttl = kinds.find(kind => kind.name === draft.kind)?.ttlSeconds;
  return (
    <form class="card stack" onSubmit={send} data-role="note-form" aria-label="Post a note">
      <h2>Post a note</h2>
      <p class="faint small">
        Move the map, with the mouse or the arrow keys, until the cross is at the place: <span class="mono">{written(centre)}</span>
      </p>
      {!mayPost.value && (
        <p class="notice warn" data-state="may-not-post">
          {isAnonymous.value ? 'You may read notes; to post one, sign in.' : 'Your grants do not include posting notes.'} What you write here
          stays.{' '}
          <button type="button" onClick={signInNow}>
            {isAnonymous.value ? 'Sign in' : 'Sign in with another token'}
          </button>
        </p>
      )}
      <fieldset class="chips" role="radiogroup" aria-label="Kind">
        <legend class="unseen">Kind</legend>
        {kinds.map(kind => (
          <label class={`chip${kind.name === draft.kind ? ' on' : ''}`} key={kind.name}>
            <input type="radio" name="kind" class="unseen" checked={kind.name === draft.kind} value={kind.name} onChange={() => change({...draft, kind: kind.name})} />
            <Mark kind={kind.name} /> {kind.name}
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span class="label">{draft.kind === 'text' ? 'Text' : 'Text (optional)'}</span>
        <textarea name="text" rows={2} maxLength={4_000} required={draft.kind === 'text'} value={draft.text} onInput={e => change({...draft, text: e.currentTarget.value})} />
      </label>
      {isOpen.value && (
        <label class="field">
          <span class="label">Your name</span>
          <input name="author" type="text" required maxLength={100} value={draft.author || typed} onInput={e => change({...draft, author: e.currentTarget.value})} />
        </label>
      )}
      {(draft.kind === 'closure' || draft.kind === 'traffic' || hasLine) && (
        <div class="row">
          <button type="button" onClick={() => change({...draft, from: centre})}>
            {draft.from ? '✓ starts here' : 'Starts at the cross'}
          </button>
          <button type="button" disabled={!draft.from} onClick={() => change({...draft, to: centre})}>
            {draft.to ? '✓ ends here' : 'Ends at the cross'}
          </button>
          {draft.from && draft.to && <span class="faint small">{metres(distance(draft.from, draft.to))} long</span>}
        </div>
      )}
      <label class="field">
        <span class="label">Severity</span>
        <select value={draft.severity ?? 0} onChange={e => change({...draft, severity: Number(e.currentTarget.value)})}>
          <option value={0}>not said</option>
          <option value={1}>good to know</option>
          <option value={2}>take care</option>
          <option value={3}>danger, or impassable</option>
        </select>
      </label>
      {wrong && <Failed trouble={wrong} />}
      <div class="row">
        <button type="submit" class="main" disabled={busy || missing !== '' || !mayPost.value}>
          {busy ? 'Sending…' : 'Send'}
        </button>
        <button type="button" class="quiet" onClick={close}>
          Discard
        </button>
        <span class="faint small">{missing ? `still missing: ${missing}` : ttl ? `kept for ${span(ttl * 1000)}` : 'kept until it is closed'}</span>
      </div>
    </form>
  );
}

const SEVERITIES: Record<number, string> = {1: 'good to know', 2: 'take care', 3: 'danger'};

/** One note: how long it will live, what others say of it, and what the reader may. */
export function NoteCard({note, close}: {note: guide.Note; close: () => void}): JSX.Element {
  const [busy, setBusy] = useState('');
  const [said, setSaid] = useState('');
  const [name, setName] = useState(typed);
  const [wrong, setWrong] = useState<Trouble>();
  const author = ownName.value || name;
  const isOwn = author !== '' && author === note.author;
  const act = async (what: string, call: () => Promise<string>) => {
    setBusy(what);
    setWrong(undefined);
    typed = author;
    try {
      setSaid(await call());
    } catch (e) {
      setWrong(troubleOf(e));
    } finally {
      setBusy('');
    }
  };
  const expires = toDate(note.expireTime);
  const created = toDate(note.createTime);
  const left = expires ? expires.getTime() - now.value : undefined;
  const life = expires && created ? Math.max(0, Math.min(1, left! / (expires.getTime() - created.getTime()))) : 1;
  const vote = {id: note.id, author};
  return (
    <section class="card" data-role="note" aria-label="Note">
      <h2 class="row">
        <Mark kind={note.kind} /> {note.kind}
        {SEVERITIES[note.severity] && <span class="badge warn">{SEVERITIES[note.severity]}</span>}
        <button type="button" class="quiet" onClick={close} aria-label="Close">
          ✕
        </button>
      </h2>
      {note.text && (
        <p>
          <Stranger text={note.text} />
        </p>
      )}
      <p class="faint small">
        by {note.author ? <Stranger text={note.author} /> : 'an unnamed author'}, <Time at={created} age />, at <span class="mono">{written(fromE7(note.point))}</span>
        {note.to && <>, {metres(distance(fromE7(note.point), fromE7(note.to)))} long</>}
      </p>
      <p class="small">
        <span class="life" role="img" aria-label={expires ? `${span(Math.max(0, left!))} left` : 'until it is closed'}>
          <span style={{width: `${life * 100}%`}} />
        </span>{' '}
        {expires ? <>{span(Math.max(0, left!))} left</> : 'kept until it is closed'} · <b data-role="confirmations">{counted(note.confirmations, 'confirmation')}</b> ·{' '}
        <b>{counted(note.denials, 'denial')}</b>
      </p>
      {isOpen.value && (
        <label class="field">
          <span class="label">Your name</span>
          <input name="voter" type="text" value={name} onInput={e => setName(e.currentTarget.value)} />
        </label>
      )}
      {mayPost.value && (
        <div class="row">
          {isOwn ? (
            <button type="button" disabled={busy !== ''} onClick={() => act('close', async () => (await api.notes.closeNote(vote), 'closed'))}>
              It is over
            </button>
          ) : (
            <>
              <button
                type="button"
                data-role="confirm"
                disabled={busy !== '' || !author}
                onClick={() => act('confirm', async () => ((await api.notes.confirmNote(vote)).changed ? 'confirmed' : 'you have confirmed it already'))}
              >
                Still there
              </button>
              <button
                type="button"
                data-role="deny"
                disabled={busy !== '' || !author}
                onClick={() =>
                  act('deny', async () => {
                    const answer = await api.notes.denyNote(vote);
                    return answer.closed ? 'that closed it' : answer.changed ? 'denied' : 'you have denied it already';
                  })
                }
              >
                Not there
              </button>
            </>
          )}
          <span class="faint small" role="status">
            {said}
          </span>
        </div>
      )}
      {wrong && <Failed trouble={wrong} />}
    </section>
  );
}

