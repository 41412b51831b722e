
import type {JSX} from 'preact';
import {useEffect, useMemo, useRef, useState} from 'preact/hooks';
import {routes} from 'guidepost';
import {parseWhen, WhenError, type When} from '../lib/asof';
import {useAsk, useSlower} from '../lib/ask';
import {trouble as troubleOf} from '../lib/errors';
import {useKeys} from '../lib/keys';
import {announce, useWatch} from '../lib/live';
import {contains, formatPrefix, parsePrefix, parseQuery, PrefixError, type Query} from '../lib/prefix';
import {asText, key} from '../lib/route';
import {address, changed, go, place} from '../lib/router';
import {api} from '../lib/session';
import {toDate, utc} from '../lib/time';
import {Address, count, counted, Stranger} from '../lib/text';
import {cli, copy, CopyMenu, curl, grpcurl, type Copyable} from '../ui/copy';
import {TableChoice} from '../ui/fields';
import {History} from '../ui/history';
import {Space} from '../ui/space';
import {Answer, Empty, LiveMark, Loading, Time, Unknown} from '../ui/states';
import {Overview} from './overview';

/** Within this time of a question many changes are one more, ms; the first change asks at once. */
const SETTLE_MILLIS = 100;

/** What stands around the answer follows the changes this slowly at most, ms. */
const AROUND_MILLIS = 500;

interface Asked {
  q: string;
  table: string;
  at: string;
  timeline: string;
}

const asked = (): Asked => {
  const {query} = place.value;
  return {
    q: query.get('q') ?? '',
    table: query.get('table') ?? 'default',
    at: query.get('at') ?? '',
    timeline: query.get('timeline') ?? '',
  };
};

export default function RoutePage(): JSX.Element {
  const now = asked();
  return (
    <div class="page glass">
      <h1 class="unseen">Routes: which way, why, and since when</h1>
      <Search now={now} />
      <Unknown known={['q', 'table', 'at', 'timeline']} />
      {now.q ? <Checked now={now} /> : <Overview />}
    </div>
  );
}

function Search({now}: {now: Asked}): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const [q, setQ] = useState(now.q);
  const [table, setTable] = useState(now.table);
  const [at, setAt] = useState(now.at);
  useEffect(() => {
    setQ(now.q);
    setTable(now.table);
    setAt(now.at);
  }, [now.q, now.table, now.at]);
  useKeys({
    '/': () => {
      input.current?.focus();
      input.current?.select();
    },
  });
  useEffect(() => {
    if (!now.q) {
      input.current?.focus();
    }
  }, []);
  const submit = (event: Event) => {
    event.preventDefault();
    go(address('/route', {q: q.trim(), table: table === 'default' ? '' : table, at: at.trim() === 'now' ? '' : at.trim()}));
  };
  return (
    <form class="search" role="search" onSubmit={submit}>
      <label class="grow">
        <span class="label">Address or prefix</span>
        <input
          ref={input}
          name="q"
          class="mono big"
          type="text"
          inputMode="url"
          enterKeyHint="search"
          autocapitalize="off"
          autocomplete="off"
          spellcheck={false}
          placeholder="203.0.113.77 or 2001:db8::/32"
          value={q}
          onInput={e => setQ(e.currentTarget.value)}
        />
      </label>
      <label>
        <span class="label">Table</span>
        <TableChoice value={table} change={setTable} />
      </label>
      <label>
        <span class="label">As of</span>
        <input
          name="at"
          type="text"
          placeholder="now"
          title="now, r812, -2h, Tue 9:00, or 2026-07-01T09:00:00Z"
          size={12}
          autocomplete="off"
          spellcheck={false}
          value={at}
          onInput={e => setAt(e.currentTarget.value)}
        />
      </label>
      <button type="submit" class="main">
        Look up
      </button>
    </form>
  );
}

/** What was typed, as the server would take it; or why it cannot. */
function Checked({now}: {now: Asked}): JSX.Element {
  const parsed = useMemo(() => {
    try {
      return {query: parseQuery(now.q), when: parseWhen(now.at)};
    } catch (e) {
      if (e instanceof PrefixError || e instanceof WhenError) {
        return {wrong: e.message, title: e instanceof WhenError ? 'Not a revision or a time' : 'Not an address or a prefix'};
      }
      throw e;
    }
  }, [now.q, now.at]);
  if (parsed.wrong !== undefined) {
    return (
      <div class="failed" role="alert" data-state="invalid">
        <p class="lead">{parsed.title}</p>
        <p>
          <Stranger text={parsed.wrong} />
        </p>
      </div>
    );
  }
  return <Glass now={now} query={parsed.query!} when={parsed.when} />;
}

interface Found {
  /** Undefined if nothing covers the destination. */
  explained?: routes.ExplainResponse;
  revision: bigint;
  timeline: bigint;
  time?: Date;
}

async function find(now: Asked, query: Query, when: When | undefined, signal: AbortSignal): Promise<Found> {
  const state = api.routes.getRevision({asOf: when}, {signal});
  state.catch(() => {}); // the first of both that fails is told
  try {
    const explained = await api.routes.explain({destination: query.text, table: now.table, asOf: when}, {signal});
    const {timeline, time} = await state;
    return {explained, revision: explained.revision, timeline, time: toDate(time)};
  } catch (e) {
    if (troubleOf(e).reason !== 'DESTINATION_UNCOVERED') {
      throw e;
    }
    const {revision, timeline, time} = await state;
    return {revision, timeline, time: toDate(time)};
  }
}

function Glass({now, query, when}: {now: Asked; query: Query; when?: When}): JSX.Element {
  const [watching, setWatching] = useState(true);
  const [changes, setChanges] = useState(0);
  const found = useAsk(signal => find(now, query, when, signal), [query.text, now.table, now.at]);
  const isLive = when === undefined;
  const prefix = found.value?.explained?.prefix;
  // Within the prefix that was found: what else covers the destination is less specific, and does not matter.
  const watched = prefix ?? (found.value ? (query.prefix.family === 4 ? '0.0.0.0/0' : '::/0') : undefined);
  const due = useRef<{timer?: ReturnType<typeof setTimeout>; changed: boolean; asking: boolean; asked: number}>({changed: false, asking: true, asked: 0});
  // One question at a time: changes that come faster than answers must not keep the page from having any.
  const askAgain = () => {
    const now = due.current;
    if (!now.changed || now.asking || now.timer !== undefined) {
      return;
    }
    now.timer = setTimeout(
      () => {
        Object.assign(now, {timer: undefined, changed: false, asking: true, asked: Date.now()});
        setChanges(n => n + 1);
        found.retry();
        announce(`The routes to ${query.text} have changed`);
      },
      Math.max(0, now.asked + SETTLE_MILLIS - Date.now()),
    );
  };
  useEffect(() => {
    due.current.asking = found.loading;
    askAgain();
  }, [found.loading]);
  const {live, restarted} = useWatch(
    (start, signal) => api.routes.watch({table: now.table, prefix: watched!, start}, {signal}),
    event => {
      const concerned =
        event.type === 'reset' ||
        (event.message.part.case === 'changes' &&
          event.message.part.value.changes.some(({route}) => {
            const part = parsePrefix(route!.prefix);
            return contains(part, query.prefix) || contains(query.prefix, part) || route!.prefix === prefix;
          }));
      if (concerned) {
        due.current.changed = true;
        askAgain();
      }
    },
    {
      on: [watched, now.table],
      enabled: isLive && watched !== undefined,
      paused: !watching,
      // What changed between the answer and the watch is not missed.
      after: found.value && found.value.revision > 0n
        ? {$typeName: 'guidepost.common.v1.Progress', revision: found.value.revision, timeline: found.value.timeline}
        : undefined,
      changesOnly: true,
    },
  );
  useEffect(() => () => clearTimeout(due.current.timer), []);
  const link = () => new URL(permalink(now, found.value), location.href).href;
  useKeys({
    w: () => setWatching(on => !on),
    y: () => void copy(link()),
    c: () => void copy(asReport(now, query, found.value)),
  });
  const items = copies(now, query, found.value, link);
  return (
    <>
      <p class="context" data-revision={found.value ? String(found.value.revision) : undefined}>
        {query.altered && (
          <span data-role="taken-as">
            <Stranger text={now.q} class="mono" /> → <span class="mono">{query.text}</span>
          </span>
        )}
        <span>IPv{query.prefix.family}</span>
        <span>
          table <Stranger text={now.table} class="mono" />
        </span>
        {found.value && (
          <span>
            {isLive ? 'now' : 'as of'} <span class="mono">r{String(found.value.revision)}</span>
            {found.value.time && (
              <>
                , written <Time at={found.value.time} />
              </>
            )}
          </span>
        )}
        {isLive ? (
          <>
            <LiveMark live={live} quiet />
            <button type="button" class="quiet" aria-pressed={watching} onClick={() => setWatching(on => !on)}>
              {watching ? 'Pause' : 'Resume'}
            </button>
          </>
        ) : (
          <a href={changed({at: undefined, timeline: undefined})}>Show now</a>
        )}
      </p>
      {restarted && (
        <p class="notice" role="status">
          Started again: {restarted}.
        </p>
      )}
      {now.timeline && <OtherTimeline linked={now.timeline} />}
      <Answer of={found} lines={8}>
        {value =>
          value.explained ? (
            <Explained now={now} query={query} found={value} answer={value.explained} fresh={changes} items={items} />
          ) : (
            <Uncovered now={now} query={query} when={when} items={items} />
          )
        }
      </Answer>
    </>
  );
}

/** After a restore the same revision is another state. */
function OtherTimeline({linked}: {linked: string}): JSX.Element | null {
  // Asked for by itself: the revision that was linked to may not be known here at all.
  const present = useAsk(async signal => (await api.routes.getRevision({}, {signal})).timeline, []);
  if (present.value === undefined || linked === present.value.toString()) {
    return null;
  }
  return (
    <p class="notice warn" role="alert" data-state="other-timeline">
      This link was made with other data: the server has been restored or loaded since, and the same revision is another state now.
    </p>
  );
}

function permalink(now: Asked, found?: Found): string {
  return address('/route', {
    q: now.q,
    table: now.table === 'default' ? '' : now.table,
    at: found ? `r${found.revision}` : now.at,
    timeline: found?.timeline.toString(),
  });
}

function asReport(now: Asked, query: Query, found?: Found): string {
  const head = `${query.text} in table ${now.table} as of r${found?.revision ?? '?'}${found?.time ? `, ${utc(found.time)}` : ''}`;
  if (!found?.explained) {
    return `${head}: no route covers it`;
  }
  const {prefix, candidates, shorterPrefixes} = found.explained;
  return [
    `${head}: ${prefix}`,
    ...candidates.map(({route, text}, i) => `${i === 0 ? '* ' : '  '}${asText(route!)}  ${text}`),
    ...(shorterPrefixes.length > 0 ? [`covered by ${shorterPrefixes.join(' ')}`] : []),
  ].join('\n');
}

function copies(now: Asked, query: Query, found: Found | undefined, link: () => string): Copyable[] {
  const revision = now.at && found ? String(found.revision) : '';
  const table = now.table === 'default' ? '' : now.table;
  return [
    {what: 'link', text: link},
    {what: 'text', text: () => asReport(now, query, found)},
    {
      what: 'CLI',
      text: () =>
        cli('route', 'explain', query.text, ...(table ? ['--table', table] : []), ...(revision ? ['--as-of', revision] : [])),
    },
    {
      what: 'curl',
      text: () =>
        curl('/v1/routes:explain', [
          ['destination', query.text],
          ['table', table],
          ['asOf.revision', revision],
        ]),
    },
    {
      what: 'grpcurl',
      text: () =>
        grpcurl('guidepost.routes.v1.Routes/Explain', {
          destination: query.text,
          ...(table ? {table} : {}),
          ...(revision ? {as_of: {revision}} : {}),
        }),
    },
  ];
}

function Explained({
  now,
  query,
  found,
  answer,
  fresh,
  items,
}: {
  now: Asked;
  query: Query;
  found: Found;
  answer: routes.ExplainResponse;
  fresh: number;
  items: Copyable[];
}): JSX.Element {
  const best = answer.candidates[0]!.route!;
  const revision = now.at ? found.revision : undefined;
  const settled = useSlower(fresh, AROUND_MILLIS);
  const whole = query.isAddress ? answer.prefix : formatPrefix(query.prefix);
  return (
    <>
      <section class="card best" key={`best-${fresh}`} data-fresh={fresh > 0 ? '' : undefined}>
        <h2 class="bestline">
          <span class="tag-best">Best</span> <PrefixLink prefix={answer.prefix} now={now} />{' '}
          <span class="arrow" aria-label="via">
            →
          </span>{' '}
          <span data-role="best-via">
            <Via route={best} />
          </span>
        </h2>
        <p class="facts">
          <span>
            source <a href={address('/table', {table: plain(now.table), source: best.source})}><Stranger text={best.source} /></a>
          </span>
          <span>distance {best.distance}</span>
          <span>metric {count(best.metric)}</span>
          {best.tags.map(tag => (
            <a class="pill" key={tag} href={address('/table', {table: plain(now.table), tag})}>
              <Stranger text={tag} />
            </a>
          ))}
          <span>
            written <Written revision={best.revision} key={String(best.revision)} />
          </span>
        </p>
        <Why candidates={answer.candidates} now={now} />
        <CopyMenu items={items} />
      </section>
      <section class="card">
        <h2>Covered by</h2>
        {answer.shorterPrefixes.length === 0 ? (
          <p class="faint">Nothing less specific: without this prefix no route would cover it.</p>
        ) : (
          <ul class="chips" data-role="covered-by">
            {answer.shorterPrefixes.map(prefix => (
              <li key={prefix}>
                <PrefixLink prefix={prefix} now={now} chip />
              </li>
            ))}
          </ul>
        )}
      </section>
      <Space key={`${whole} ${now.table}`} prefix={whole} table={now.table} revision={revision} fresh={settled} />
      <History prefix={answer.prefix} table={now.table} at={found.revision} pinned={now.at !== ''} fresh={settled} />
    </>
  );
}

/** When a revision was written, once that is known: the route itself need not wait for it. */
function Written({revision}: {revision: bigint}): JSX.Element {
  const found = useAsk(
    async signal => toDate((await api.routes.getRevision({asOf: {state: {case: 'revision', value: revision}}}, {signal})).time),
    [String(revision)],
  );
  return found.value ? <Time at={found.value} age /> : <span class="mono">in r{String(revision)}</span>;
}

const plain = (table: string) => (table === 'default' ? '' : table);

function PrefixLink({prefix, now, chip}: {prefix: string; now: Asked; chip?: boolean}): JSX.Element {
  return (
    <a class={chip ? 'chip' : 'prefix'} href={changed({q: prefix, table: plain(now.table)})}>
      <Address text={prefix} />
    </a>
  );
}

export function Via({route}: {route: routes.Route}): JSX.Element {
  if (route.kind === routes.RouteKind.BLACKHOLE) {
    return <span class="blackhole">⊘ blackhole</span>;
  }
  return (
    <>
      {route.nextHop && <Address text={route.nextHop} />}
      {route.interfaceName && (
        <span class="faint">
          {route.nextHop ? ' dev ' : 'connected, '}
          <Stranger text={route.interfaceName} class="mono" />
        </span>
      )}
    </>
  );
}

const VERDICTS: Record<number, [string, string]> = {
  [routes.Verdict.BEST]: ['✓', 'best'],
  [routes.Verdict.EQUAL]: ['=', 'equal'],
  [routes.Verdict.DISTANCE]: ['✕', 'distance'],
  [routes.Verdict.METRIC]: ['✕', 'metric'],
};

function Why({candidates, now}: {candidates: routes.Candidate[]; now: Asked}): JSX.Element {
  return (
    <div class="scroll">
      <table class="rows why" data-role="why">
        <caption>
          Why: {counted(candidates.length, 'route')} of this prefix, best first
        </caption>
        <thead>
          <tr>
            <th scope="col">Via</th>
            <th scope="col" class="number">
              Distance
            </th>
            <th scope="col" class="number">
              Metric
            </th>
            <th scope="col">Source</th>
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>
          {candidates.map(({route, verdict, text}) => {
            const [mark, name] = VERDICTS[verdict] ?? ['?', 'unknown'];
            return (
              <tr key={key(route!)} class={`verdict-${name}`}>
                <td data-label="Via">
                  <Via route={route!} />
                </td>
                <td data-label="Distance" class="number">
                  {route!.distance}
                </td>
                <td data-label="Metric" class="number">
                  {count(route!.metric)}
                </td>
                <td data-label="Source">
                  <a href={address('/table', {table: plain(now.table), source: route!.source})}>
                    <Stranger text={route!.source} />
                  </a>
                </td>
                <td data-label="Verdict">
                  <i aria-hidden="true">{mark}</i> <Stranger text={text || name} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Nothing covers it: what there is nearby, and in other tables. */
function Uncovered({now, query, when, items}: {now: Asked; query: Query; when?: When; items: Copyable[]}): JSX.Element {
  const whole = formatPrefix(query.prefix);
  const inside = useAsk(
    async signal => {
      const {parts} = await api.routes.getPrefixTree({prefix: whole, table: now.table, depth: 1, asOf: when}, {signal});
      return parts[0]?.routes ?? 0n;
    },
    [whole, now.table, now.at],
  );
  const others = useAsk(
    async signal => {
      const {tables} = await api.routes.listTables({}, {signal});
      const names = tables.map(table => table.name).filter(name => name !== now.table);
      const found = await Promise.all(
        names.slice(0, 8).map(table =>
          api.routes.lookup({destination: query.text, table}, {signal}).then(
            () => table,
            () => '',
          ),
        ),
      );
      return found.filter(name => name !== '');
    },
    [query.text, now.table],
  );
  return (
    <section class="card">
      <Empty title={`No route covers ${query.text}`}>
        <p>
          Table <Stranger text={now.table} class="mono" /> has no prefix that contains it, and no default route.
        </p>
        {inside.loading ? (
          <Loading lines={1} />
        ) : (
          (inside.value ?? 0n) > 0n && (
            <p>
              Within it {inside.value === 1n ? 'is' : 'are'}{' '}
              <a href={address('/table', {table: plain(now.table), prefix: whole, at: now.at})}>{counted(inside.value!, 'route')}</a>.
            </p>
          )
        )}
        {(others.value?.length ?? 0) > 0 && (
          <p>
            Other tables have a route:{' '}
            {others.value!.map(table => (
              <a class="chip" key={table} href={changed({table})}>
                <Stranger text={table} />
              </a>
            ))}
          </p>
        )}
      </Empty>
      <CopyMenu items={items} />
    </section>
  );
}

