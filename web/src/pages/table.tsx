import {signal} from '@preact/signals';
import type {JSX} from 'preact';
import {useEffect, useMemo, useRef, useState} from 'preact/hooks';
import {routes} from 'guidepost';
import {parseWhen, WhenError, type When} from '../lib/asof';
import {useAsk, useEvery, useShown} from '../lib/ask';
import {trouble as troubleOf, type Trouble} from '../lib/errors';
import {FilterError, filterOf, fromOf, parameters, prefixOf, question, wanted, words, type Wanted} from '../lib/filter';
import {useKeys} from '../lib/keys';
import {useWatch} from '../lib/live';
import {PrefixError} from '../lib/prefix';
import {key, via} from '../lib/route';
import {address, go} from '../lib/router';
import {api, generation, token} from '../lib/session';
import {Address, count, counted, Stranger} from '../lib/text';
import {cli, copy, CopyMenu, curl, grpcurl} from '../ui/copy';
import {Filters} from '../ui/filters';
import {Trend} from '../ui/trend';
import {Answer, Empty, Failed, LiveMark, Loading, Time, Unknown} from '../ui/states';
import {Virtual, type Column} from '../ui/virtual';

/** What a browser can scroll through, and more than a person does. */
const ROWS_MAX = 200_000;
const PAGE = 4_096;

const COLUMNS: Column[] = [
  {name: 'Prefix', width: 'minmax(150px, 2.2fr)'},
  {name: 'Via', width: 'minmax(130px, 2fr)'},
  {name: 'Source', width: 'minmax(80px, 1.1fr)'},
  {name: 'Distance', width: '70px', number: true},
  {name: 'Metric', width: '80px', number: true},
  {name: 'Tags', width: 'minmax(60px, 1.2fr)'},
  {name: 'Revision', width: '90px', number: true},
];

/** Grows when what is listed has changed, every few seconds at most: what else the page shows is asked for again then. */
const changed = signal(0);
const SETTLE_MILLIS = 3_000;
let settling: ReturnType<typeof setTimeout> | undefined;

function settle(): void {
  settling ??= setTimeout(() => {
    settling = undefined;
    changed.value++;
  }, SETTLE_MILLIS);
}

export default function TablePage(): JSX.Element {
  const now = wanted();
  return (
    <div class="page wide">
      <h1 class="unseen">Tables of routes</h1>
      <Unknown known={['table', 'prefix', 'source', 'next_hop', 'tag', 'family', 'best', 'at', 'from']} />
      <Tables now={now} />
      <Families table={now.table} key={now.table} />
      <Filters to="/table" now={now} history />
      <Checked now={now} />
      <div class="grid2">
        <Sources />
        <Trend table={now.table} prefix={safePrefix(now)} fresh={changed.value} />
      </div>
    </div>
  );
}

function safePrefix(now: Wanted): string {
  try {
    return prefixOf(now);
  } catch {
    return '';
  }
}

function Tables({now}: {now: Wanted}): JSX.Element {
  const found = useAsk(async signal => (await api.routes.listTables({}, {signal})).tables, [changed.value]);
  useShown(found.retry, [found.retry]);
  return (
    <Answer of={found} lines={1}>
      {tables => (
        <nav aria-label="Tables" class="chips">
          {tables.map(table => (
            <a
              class="chip"
              key={table.name}
              href={address('/table', {table: table.name === 'default' ? '' : table.name})}
              aria-current={table.name === now.table ? 'true' : undefined}
            >
              <Stranger text={table.name} />
              &nbsp;<b>{count(table.routes)}</b>
            </a>
          ))}
        </nav>
      )}
    </Answer>
  );
}

/** What the newest state of the table has; the list says how many of an earlier one. */
function Families({table}: {table: string}): JSX.Element {
  const found = useAsk(signal => api.routes.getStats({table}, {signal}), [changed.value]);
  useShown(found.retry, [found.retry]);
  return found.value ? (
    <p class="faint" data-role="families">
      Now {counted(found.value.ipv4Routes, 'IPv4 route')} of {counted(found.value.ipv4Prefixes, 'prefix', 'prefixes')},{' '}
      {counted(found.value.ipv6Routes, 'IPv6 route')} of {counted(found.value.ipv6Prefixes, 'prefix', 'prefixes')}
    </p>
  ) : (
    <></>
  );
}

function Checked({now}: {now: Wanted}): JSX.Element {
  const [tried, setTried] = useState(0);
  try {
    const when = parseWhen(now.at);
    filterOf(now);
    const key = JSON.stringify([now, generation.value, tried]);
    return <Rows now={now} prefix={prefixOf(now)} from={fromOf(now)} when={when} key={key} retry={() => setTried(n => n + 1)} />;
  } catch (e) {
    if (e instanceof PrefixError || e instanceof WhenError || e instanceof FilterError) {
      return (
        <div class="failed" role="alert" data-state="invalid">
          <p class="lead">Invalid filter</p>
          <p>
            <Stranger text={e.message} />
          </p>
        </div>
      );
    }
    throw e;
  }
}

/** Columns of values: a fraction of the memory of as many objects, and what is said often is kept once. */
class Columns {
  readonly prefix: string[] = [];
  readonly via: string[] = [];
  readonly source: string[] = [];
  readonly tags: string[] = [];
  readonly distance: number[] = [];
  readonly metric: number[] = [];
  readonly revision: bigint[] = [];
  readonly look: string[] = [];
  readonly #index = new Map<string, number>();
  readonly #words = new Map<string, string>();

  get length(): number {
    return this.prefix.length;
  }

  #once(word: string): string {
    const known = this.#words.get(word);
    if (known === undefined) {
      this.#words.set(word, word);
    }
    return known ?? word;
  }

  add(route: routes.Route): void {
    this.put(this.length, route);
    this.#index.set(key(route), this.length - 1);
  }

  put(at: number, route: routes.Route): void {
    this.prefix[at] = route.prefix;
    this.via[at] = this.#once(via(route));
    this.source[at] = this.#once(route.source);
    this.tags[at] = this.#once(route.tags.join(' '));
    this.distance[at] = route.distance;
    this.metric[at] = route.metric;
    this.revision[at] = route.revision;
    this.look[at] = '';
  }

  find(route: routes.Route): number | undefined {
    return this.#index.get(key(route));
  }

  text(at: number): string {
    return [this.prefix[at], this.via[at], this.source[at], this.distance[at], this.metric[at], this.tags[at], `r${this.revision[at]}`].join('\t');
  }
}

function Rows({now, prefix, from, when, retry}: {now: Wanted; prefix: string; from: string; when?: When; retry: () => void}): JSX.Element {
  const rows = useRef(new Columns());
  const next = useRef<string>('');
  const busy = useRef<Promise<void> | undefined>(undefined);
  const [state, setState] = useState<{trouble?: Trouble; begun: boolean; over: boolean; revision: bigint; total?: bigint}>({
    begun: false,
    over: false,
    revision: 0n,
  });
  const [, redraw] = useState(0);
  const abort = useMemo(() => new AbortController(), []);
  const request = {
    prefix,
    startPrefix: from,
    table: now.table,
    matchKind: prefix ? routes.MatchKind.LONGER : routes.MatchKind.UNSPECIFIED,
    filter: filterOf(now),
  };

  async function fetchPage(): Promise<void> {
    try {
      for await (const answer of api.routes.getRoutes(
        {...request, asOf: when, pageSize: PAGE, pageToken: next.current},
        {signal: abort.signal},
      )) {
        answer.routes.forEach(route => rows.current.add(route));
        next.current = answer.nextPageToken;
        setState(before => ({...before, begun: true, revision: answer.revision}));
      }
      const over = next.current === '' || rows.current.length >= ROWS_MAX;
      setState(before => ({...before, begun: true, over}));
    } catch (e) {
      if (!abort.signal.aborted) {
        setState(before => ({...before, trouble: troubleOf(e)}));
      }
    }
  }

  function more(): Promise<void> {
    if (!state.over && !state.trouble) {
      busy.current ??= fetchPage().finally(() => (busy.current = undefined));
    }
    return busy.current ?? Promise.resolve();
  }

  async function all(): Promise<void> {
    do {
      await (busy.current ??= fetchPage().finally(() => (busy.current = undefined)));
    } while (next.current !== '' && rows.current.length < ROWS_MAX && !abort.signal.aborted);
  }

  useEffect(() => {
    void more();
    const counting = async () => {
      for await (const answer of api.routes.getRoutes({...request, asOf: when, countOnly: true}, {signal: abort.signal})) {
        setState(before => ({...before, total: answer.count}));
      }
    };
    counting().catch(() => {}); // the list says what is wrong
    return () => abort.abort();
  }, []);

  const live = useLive(now, prefix, when === undefined && state.begun, rows.current, () => redraw(n => n + 1), retry);
  const [find, setFind] = useState('');
  const [at, setAt] = useState<number>();
  const search = (event: Event) => {
    event.preventDefault();
    const from = at === undefined ? 0 : at + 1;
    for (let i = 0; i < rows.current.length; i++) {
      const j = (from + i) % rows.current.length;
      if (rows.current.text(j).includes(find)) {
        setAt(j);
        return;
      }
    }
    setAt(-1);
  };
  const open = (index: number) =>
    go(address('/route', {q: rows.current.prefix[index], table: now.table === 'default' ? '' : now.table, at: now.at}));
  const asText = async () => {
    await all();
    const lines = ['prefix\tvia\tsource\tdistance\tmetric\ttags\trevision'];
    for (let i = 0; i < rows.current.length; i++) {
      lines.push(rows.current.text(i));
    }
    return lines.join('\n');
  };
  const link = () => new URL(address('/table', {...linked(now), at: `r${state.revision}`}), location.href).href;
  useKeys({w: live.toggle, y: () => void copy(link()), c: () => void asText().then(copy)});

  if (state.trouble) {
    return <Failed trouble={state.trouble} retry={retry} />;
  }
  if (!state.begun) {
    return <Loading lines={8} cancel={() => abort.abort()} />;
  }
  const total = state.total ?? BigInt(rows.current.length);
  if (rows.current.length === 0) {
    return (
      <div class="card">
        <Empty title="No such routes">
          <p>
            Nothing in table <Stranger text={now.table} class="mono" /> matches.{' '}
{from && (
              <>
                <a href={address('/table', {...linked(now), from: '', at: now.at})}>Start at the first</a>,{' '}
              </>
            )}
            <a href={address('/table', {table: now.table === 'default' ? '' : now.table})}>show all of it</a>
          </p>
        </Empty>
      </div>
    );
  }
  return (
    <section class="card" data-role="rows" data-loaded={rows.current.length}>
      <div class="toolbar">
        <span>
          {BigInt(rows.current.length) < total ? (
            <>
              {count(rows.current.length)} of {counted(total, 'route')}
            </>
          ) : (
            counted(total, 'route')
          )}{' '}
          {from && (
            <>
              from <span class="mono">{from}</span> on (<a href={address('/table', {...linked(now), from: '', at: now.at})}>start at the first</a>){' '}
            </>
          )}
          <span class="faint mono">r{String(state.revision)}</span>
        </span>
        {when === undefined && live.mark}
        <span class="right">
          <Jump now={now} />
          <form onSubmit={search} class="row" role="search" aria-label="Find in these rows">
            <input
              type="search"
              aria-label="Find in these rows"
              placeholder="Find in these rows"
              value={find}
              onInput={e => {
                setFind(e.currentTarget.value);
                setAt(undefined);
              }}
            />
            {at === -1 && <span class="faint">not found</span>}
          </form>
          <Export now={now} />
        </span>
      </div>
      {rows.current.length >= ROWS_MAX && BigInt(ROWS_MAX) < total && (
        <p class="notice">The first {count(ROWS_MAX)} are shown. Narrow the filter, or export all.</p>
      )}
      <Virtual
        columns={COLUMNS}
        count={rows.current.length}
        total={Number(total)}
        label={`Routes of table ${now.table}`}
        at={at}
        open={open}
        nearEnd={() => void more()}
        look={i => rows.current.look[i] ?? ''}
        row={i => [
          <a href={address('/route', {q: rows.current.prefix[i], table: now.table === 'default' ? '' : now.table, at: now.at})} tabIndex={-1}>
            <Address text={rows.current.prefix[i]!} />
          </a>,
          <Stranger text={rows.current.via[i]!} class="mono" />,
          <Stranger text={rows.current.source[i]!} />,
          rows.current.distance[i],
          count(rows.current.metric[i]!),
          <Stranger text={rows.current.tags[i]!} />,
          `r${rows.current.revision[i]}`,
        ]}
      />
      <CopyMenu
        items={[
          {what: 'link', text: link},
          {what: 'text', text: asText},
          {what: 'CLI', text: () => cli('route', 'list', ...words(now), ...(now.at ? ['--as-of', String(state.revision)] : []))},
          {
            what: 'curl',
            text: () => curl('/v1/routes', [...parameters(now), ['asOf.revision', now.at ? String(state.revision) : '']]),
          },
          {
            what: 'grpcurl',
            text: () =>
              grpcurl('guidepost.routes.v1.Routes/GetRoutes', {
                ...question(now),
                ...(now.at ? {as_of: {revision: String(state.revision)}} : {}),
              }),
          },
        ]}
      />
    </section>
  );
}

/** To a prefix in the middle of a long list, without all that is before it. */
function Jump({now}: {now: Wanted}): JSX.Element {
  const submit = (event: Event) => {
    event.preventDefault();
    const from = String(new FormData(event.currentTarget as HTMLFormElement).get('from') ?? '').trim();
    go(address('/table', {...linked(now), from, at: now.at}));
  };
  return (
    <form onSubmit={submit} class="row" role="search" aria-label="Jump to a prefix">
      <input
        type="search"
        name="from"
        class="mono"
        aria-label="Jump to a prefix"
        placeholder="Jump to a prefix"
        defaultValue={now.from}
        autocomplete="off"
        spellcheck={false}
        autocapitalize="off"
      />
    </form>
  );
}

const linked = (now: Wanted) => ({
  table: now.table === 'default' ? '' : now.table,
  prefix: now.prefix,
  source: now.source,
  next_hop: now.nextHop,
  tag: now.tag,
  family: now.family,
  best: now.best ? '1' : '',
  from: now.from,
});

/** Changes of what is listed: rows that are there are kept up to date, new ones are counted. */
function useLive(now: Wanted, prefix: string, enabled: boolean, rows: Columns, redraw: () => void, again: () => void) {
  const [on, setOn] = useState(true);
  const seen = useRef({added: 0, updated: 0, removed: 0, news: 0});
  const last = useRef({added: 0, updated: 0, removed: 0, at: Date.now()});
  const [rates, setRates] = useState([0, 0, 0]);
  const due = useRef(false);
  const {live} = useWatch(
    (start, signal) => api.routes.watch({table: now.table, prefix, filter: filterOf(now), start}, {signal}),
    event => {
      if (event.type === 'reset' || event.message.part.case !== 'changes') {
        return;
      }
      settle();
      for (const change of event.message.part.value.changes) {
        const at = rows.find(change.route!);
        if (change.kind === 3) {
          seen.current.removed++;
          if (at !== undefined) {
            rows.look[at] = 'gone';
          }
        } else if (change.kind === 2 || at !== undefined) {
          seen.current.updated++;
          if (at !== undefined) {
            rows.put(at, change.route!);
            rows.look[at] = 'fresh';
          }
        } else {
          seen.current.added++;
          seen.current.news++;
        }
      }
      if (!due.current) {
        due.current = true;
        setTimeout(() => {
          due.current = false;
          redraw();
        }, 100);
      }
    },
    {on: [now, prefix], enabled, paused: !on, changesOnly: true},
  );
  useEvery(1_000, () => {
    const {added, updated, removed} = seen.current;
    const seconds = Math.max(0.5, (Date.now() - last.current.at) / 1000);
    const next = [added - last.current.added, updated - last.current.updated, removed - last.current.removed].map(n => n / seconds);
    last.current = {added, updated, removed, at: Date.now()};
    setRates(before => (before.join() === next.join() ? before : next));
  });
  const toggle = () => setOn(was => !was);
  const mark = (
    <>
      <LiveMark live={live} quiet />
      <span class="rates" data-role="rates">
        <span class="added">+{rates[0]!.toFixed(0)}</span>
        <span class="updated">~{rates[1]!.toFixed(0)}</span>
        <span class="removed">−{rates[2]!.toFixed(0)}</span>
        <span class="faint">/s</span>
      </span>
      <button type="button" class="quiet" aria-pressed={on} onClick={toggle}>
        {on ? 'Pause' : 'Resume'}
      </button>
      {seen.current.news > 0 && (
        <button type="button" class="chip" data-role="show-new" onClick={again}>
          Show {counted(seen.current.news, 'new route')}
        </button>
      )}
    </>
  );
  return {mark, toggle};
}

/** All that fits, as a file; it comes from the server line by line, not from the page. */
function Export({now}: {now: Wanted}): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState('');
  const save = async () => {
    setBusy(true);
    setWrong('');
    try {
      const query = new URLSearchParams(parameters(now).filter(([, value]) => value !== ''));
      const answer = await fetch(`/v1/routes?${query}`, {
        headers: {Accept: 'text/csv', ...(token.value ? {Authorization: `Bearer ${token.value}`} : {})},
      });
      if (!answer.ok) {
        throw new Error(((await answer.json()) as {message: string}).message);
      }
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await answer.blob());
      link.download = `routes-${now.table.replaceAll(/[^\w.-]/g, '_')}.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } catch (e) {
      setWrong((e as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" onClick={save} disabled={busy}>
        {busy ? 'Exporting…' : 'Export CSV'}
      </button>
      {wrong && (
        <span class="wrong" role="alert">
          <Stranger text={wrong} />
        </span>
      )}
    </>
  );
}

const POLICIES: Record<number, string> = {0: 'keep', 1: 'keep', 2: 'delete'};

function Sources(): JSX.Element {
  const found = useAsk(async signal => (await api.routes.listSources({}, {signal})).sources, [changed.value]);
  useShown(found.retry, [found.retry]);
  return (
    <section class="card" data-role="sources">
      <h2>Sources</h2>
      <Answer of={found} lines={3}>
        {sources => (
          <div class="scroll">
            <table class="rows">
              <caption class="unseen">Owners of routes</caption>
              <thead>
                <tr>
                  <th scope="col">Source</th>
                  <th scope="col" class="number">
                    Distance
                  </th>
                  <th scope="col" class="number">
                    Routes
                  </th>
                  <th scope="col">State</th>
                </tr>
              </thead>
              <tbody>
                {sources.map(source => (
                  <tr key={source.name}>
                    <td data-label="Source">
                      <a href={address('/table', {source: source.name})}>
                        <Stranger text={source.name} />
                      </a>
                    </td>
                    <td data-label="Distance" class="number">
                      {source.distance}
                    </td>
                    <td data-label="Routes" class="number">
                      {count(source.routes)}
                    </td>
                    <td data-label="State">
                      <SourceState source={source} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Answer>
    </section>
  );
}

function SourceState({source}: {source: routes.Source}): JSX.Element {
  return (
    <span class="row">
      {source.writers > 0 ? (
        <span class="badge good">● {counted(source.writers, 'writer')}</span>
      ) : (
        <span class="faint">
          ○ no writer{source.disconnectTime && <>; the last one left <Time at={source.disconnectTime} age /></>}
        </span>
      )}
      {source.syncing && <span class="badge warn">◐ full refresh under way</span>}
      {source.deleteTime ? (
        <span class="badge bad">
          ✕ deletes at <Time at={source.deleteTime} />
        </span>
      ) : (
        <span class="faint">on disconnect: {POLICIES[source.onDisconnect]}</span>
      )}
    </span>
  );
}
