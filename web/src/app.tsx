import {Component, type ComponentType, type JSX} from 'preact';
import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {keysOn, useKeys} from './lib/keys';
import {announcement} from './lib/live';
import {path} from './lib/router';
import {ask, isAnonymous, signedOut, signIn, signOut, token, who, wrongToken} from './lib/session';
import {inUtc, zone} from './lib/time';
import {Stranger} from './lib/text';
import {trouble} from './lib/errors';
import {Failed, Loading} from './ui/states';

/** A page: what its address begins with, and the code, which is fetched when it is first looked at. */
interface Page {
  at: RegExp;
  name: string;
  load: () => Promise<{default: ComponentType}>;
}

const PAGES: Page[] = [
  {at: /^\/(route)?$/, name: 'Routes', load: () => import('./pages/route')},
  {at: /^\/table$/, name: 'Tables', load: () => import('./pages/table')},
  {at: /^\/watch$/, name: 'Live', load: () => import('./pages/watch')},
  {at: /^\/map$/, name: 'Map', load: () => import('./pages/map')},
  {at: /^\/trips(\/[^/]+)?$/, name: 'Trips', load: () => import('./pages/trips')},
  {at: /^\/status$/, name: 'Status', load: () => import('./pages/status')},
  {at: /^\/api$/, name: 'API', load: () => import('./pages/api')},
];

const LINKS: [string, string, string][] = [
  ['/route', 'Routes', 'r'],
  ['/table', 'Tables', 't'],
  ['/watch', 'Live', 'l'],
  ['/map', 'Map', 'm'],
  ['/trips', 'Trips', 'i'],
  ['/status', 'Status', 's'],
  ['/api', 'API', 'a'],
];

export function App(): JSX.Element {
  const [help, setHelp] = useState(false);
  const [signing, setSigning] = useState(false);
  useEffect(() => {
    ask().catch(() => {});
    const open = () => setSigning(true);
    document.addEventListener('sign-in', open);
    return () => document.removeEventListener('sign-in', open);
  }, []);
  useKeys({
    '?': () => setHelp(true),
    ...Object.fromEntries(LINKS.map(([to, , key]) => [`g ${key}`, to])),
  });
  const page = PAGES.find(each => each.at.test(path.value));
  return (
    <>
      <a class="skip" href="#main" onClick={focusMain}>
        Skip to the content
      </a>
      <header class="bar">
        <a class="brand" href="/">
          <img src="/favicon.svg" alt="" width="22" height="22" />
          <span>Guidepost</span>
        </a>
        <nav aria-label="Pages">
          {LINKS.map(([to, name]) => (
            <a key={to} href={to} aria-current={page?.name === name ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
        <div class="tools">
          <button
            type="button"
            class="quiet"
            aria-pressed={inUtc.value}
            title={inUtc.value ? 'Show times in your own zone' : 'Show times in UTC'}
            onClick={() => (inUtc.value = !inUtc.value)}
          >
            {zone.value}
          </button>
          <Who open={() => setSigning(true)} />
          <button type="button" class="quiet" aria-label="Keys and help" onClick={() => setHelp(true)}>
            ?
          </button>
        </div>
      </header>
      <main id="main" tabIndex={-1} data-page={page?.name ?? 'none'}>
        <Guard key={path.value.split('/')[1]}>{page ? <Shown page={page} /> : <Lost />}</Guard>
      </main>
      <div class="unseen" role="status" aria-live="polite">
        {announcement.value}
      </div>
      {help && <Help close={() => setHelp(false)} />}
      {signing && <SignIn close={() => setSigning(false)} />}
    </>
  );
}

function focusMain(event: Event) {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

const loaded = new Map<string, ComponentType>();

function Shown({page}: {page: Page}): JSX.Element {
  const [, fetched] = useState(0);
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    document.title = `${page.name} · Guidepost`;
    if (!loaded.has(page.name)) {
      page.load().then(
        module => {
          loaded.set(page.name, module.default);
          fetched(n => n + 1);
        },
        e => setFailure(e),
      );
    }
  }, [page]);
  const Content = loaded.get(page.name);
  useEffect(() => {
    if (Content) {
      performance.mark('interactive');
    }
  }, [Content]);
  if (Content) {
    return <Content />;
  }
  return failure ? <Failed trouble={trouble(failure)} retry={() => location.reload()} /> : <Loading lines={6} />;
}

/** A mistake of the page's own ends one page, not all. */
class Guard extends Component<{children: JSX.Element}, {error?: unknown}> {
  override state: {error?: unknown} = {};

  static getDerivedStateFromError(error: unknown) {
    return {error};
  }

  override componentDidCatch(error: unknown) {
    console.error(error);
  }

  override render() {
    return this.state.error ? (
      <div class="page">
        <div class="failed" role="alert">
          <p class="lead">This page has a bug</p>
          <p>{String(this.state.error)}</p>
          <button type="button" onClick={() => location.reload()}>
            Reload the page
          </button>
        </div>
      </div>
    ) : (
      this.props.children
    );
  }
}

function Lost(): JSX.Element {
  return (
    <div class="page">
      <h1>No such page</h1>
      <p>
        Nothing is at <Stranger text={path.value} />. <a href="/">Go to the first page</a>.
      </p>
    </div>
  );
}

function Who({open}: {open: () => void}): JSX.Element | null {
  const known = who.value;
  if (known?.proof === 'none') {
    return null;
  }
  if (!known || isAnonymous.value) {
    return known || signedOut.value ? (
      <span class="who">
        {known && (
          <span class="faint" data-role="read-only" title="You have not signed in: you may read what is open to everybody">
            read-only
          </span>
        )}
        <button type="button" onClick={open}>
          Sign in
        </button>
      </span>
    ) : null;
  }
  return (
    <span class="who">
      <span title={known.grants.map(grant => grant.role).join(', ')}>
        <Stranger text={known.name} />
      </span>
      {token.value && (
        <button type="button" class="quiet" onClick={signOut}>
          Sign out
        </button>
      )}
    </span>
  );
}

/** A dialog that a browser makes modal: the focus stays in it, and Escape closes it. */
function Dialog({close, label, children}: {close: () => void; label: string; children: JSX.Element}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-label={label} onClose={close} onClick={e => e.target === dialog.current && dialog.current?.close()}>
      {children}
    </dialog>
  );
}

function SignIn({close}: {close: () => void}): JSX.Element {
  const [text, setText] = useState('');
  const [keep, setKeep] = useState(false);
  const [wrong, setWrong] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    const bad = wrongToken(text);
    setWrong(bad);
    if (bad) {
      return;
    }
    setBusy(true);
    try {
      if (await signIn(text, keep)) {
        close();
      } else {
        setWrong('The server does not accept this token: it may have expired, or have been revoked.');
      }
    } catch (e) {
      setWrong(trouble(e).text);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog close={close} label="Sign in">
      <form onSubmit={submit} class="stack">
        <h2>Sign in with a token</h2>
        <p class="faint">
          The server's operator creates tokens with <code>guidepost token create</code>. The page keeps yours in this tab's memory and sends it to this
          server alone.
        </p>
        <label class="field">
          <span class="label">Token</span>
          <input
            type="password"
            autocomplete="off"
            name="token"
            required
            value={text}
            aria-invalid={wrong !== ''}
            aria-describedby="token-wrong"
            onInput={e => setText(e.currentTarget.value)}
          />
        </label>
        <label class="check">
          <input type="checkbox" checked={keep} onChange={e => setKeep(e.currentTarget.checked)} /> Keep it until this tab closes
        </label>
        <p id="token-wrong" class="wrong" role="alert">
          {wrong}
        </p>
        <div class="row">
          <button type="submit" class="main" disabled={busy}>
            {busy ? 'Asking…' : 'Sign in'}
          </button>
          <button type="button" class="quiet" onClick={close}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}

const KEYS: [string, string][] = [
  ['/', 'search'],
  ['g then r t l m i s a', 'routes, tables, live, map, trips, status, API'],
  ['j k, Enter', 'next and previous row; open it'],
  ['y', 'copy a link to what is shown, as of this revision'],
  ['c', 'copy what is shown as text'],
  ['w', 'pause or resume watching'],
  ['[ ]', 'earlier, later'],
  ['n', 'on the map: post a note'],
  ['d', 'on the map: draw a path'],
  ['?', 'this help'],
  ['Esc', 'close'],
];

function Help({close}: {close: () => void}): JSX.Element {
  return (
    <Dialog close={close} label="Keys">
      <div class="stack">
        <h2>Keys</h2>
        <dl class="keys">
          {KEYS.map(([keys, what]) => (
            <div key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <label class="check">
          <input type="checkbox" checked={keysOn.value} onChange={e => (keysOn.value = e.currentTarget.checked)} /> Single keys are
          shortcuts
        </label>
        <div class="row">
          <button type="button" class="main" onClick={close}>
            Close
          </button>
          <a href="/licences.txt" target="_blank" rel="noreferrer">
            Licences of the software in these pages
          </a>
        </div>
      </div>
    </Dialog>
  );
}
