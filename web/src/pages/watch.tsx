import type {JSX} from 'preact';
import {useRef, useState} from 'preact/hooks';
import type {routes} from 'guidepost';
import {useEvery} from '../lib/ask';
import {FilterError, filterOf, prefixOf, wanted, watchParameters, watchQuestion, watchWords, type Wanted} from '../lib/filter';
import {useKeys} from '../lib/keys';
import {announce, useWatch} from '../lib/live';
import {PrefixError} from '../lib/prefix';
import {via} from '../lib/route';
import {address, go} from '../lib/router';
import {api} from '../lib/session';
import {inZone} from '../lib/time';
import {Address, count, counted, Stranger} from '../lib/text';
import {cli, CopyMenu, curl, grpcurl} from '../ui/copy';
import {Filters} from '../ui/filters';
import {MARKS} from '../ui/history';
import {Churn} from '../ui/plot';
import {Empty, Failed, LiveMark, Unknown} from '../ui/states';
import {Virtual, type Column} from '../ui/virtual';

/** Changes that are kept; older ones are in the log, and counted here. */
const KEPT = 5_000;
const BARS = 120;

type Kind = 'added' | 'updated' | 'removed';
const KINDS: Record<number, Kind> = {1: 'added', 2: 'updated', 3: 'removed'};

interface Entry {
  at: Date;
  kind: Kind;
  route: routes.Route;
}

const COLUMNS: Column[] = [
  {name: 'Seen', width: '78px'},
  {name: 'What', width: '92px'},
  {name: 'Prefix', width: 'minmax(150px, 2fr)'},
  {name: 'Via', width: 'minmax(130px, 2fr)'},
  {name: 'Source', width: 'minmax(80px, 1fr)'},
  {name: 'Metric', width: '80px', number: true},
  {name: 'Revision', width: '90px', number: true},
];

export default function WatchPage(): JSX.Element {
  const now = wanted();
  const [tried, setTried] = useState(0);
  let prefix = '';
  let wrong = '';
  try {
    prefix = prefixOf(now);
    filterOf(now);
  } catch (e) {
    if (!(e instanceof PrefixError) && !(e instanceof FilterError)) {
      throw e;
    }
    wrong = e.message;
  }
  return (
    <div class="page wide">
      <h1 class="unseen">Routes as they change</h1>
      <Unknown known={['table', 'prefix', 'source', 'next_hop', 'tag', 'family', 'best']} />
      <Filters to="/watch" now={now} history={false} />
      {wrong ? (
        <div class="failed" role="alert" data-state="invalid">
          <p class="lead">Invalid filter</p>
          <p>
            <Stranger text={wrong} />
          </p>
        </div>
      ) : (
        <Feed now={now} prefix={prefix} key={JSON.stringify([now, tried])} retry={() => setTried(n => n + 1)} />
      )}
    </div>
  );
}

/** The newest first, in a ring: an hour of changes takes no more memory than a minute. */
class Ring {
  readonly #entries: Entry[] = [];
  #next = 0;
  total = 0;

  add(entry: Entry): void {
    this.#entries[this.#next] = entry;
    this.#next = (this.#next + 1) % KEPT;
    this.total++;
  }

  get length(): number {
    return this.#entries.length;
  }

  get(i: number): Entry {
    return this.#entries[(this.#next - 1 - i + 2 * KEPT) % KEPT]!;
  }
}

interface Bar {
  added: number;
  updated: number;
  removed: number;
}

const bar = (): Bar => ({added: 0, updated: 0, removed: 0});

function Feed({now, prefix, retry}: {now: Wanted; prefix: string; retry: () => void}): JSX.Element {
  const [on, setOn] = useState(true);
  const ring = useRef(new Ring());
  const bars = useRef<Bar[]>(Array.from({length: BARS}, bar));
  const [, redraw] = useState(0);
  const due = useRef(false);
  const draw = () => {
    if (!due.current) {
      due.current = true;
      requestAnimationFrame(() => {
        due.current = false;
        redraw(n => n + 1);
      });
    }
  };
  const {live, restarted} = useWatch(
    (start, signal) => api.routes.watch({table: now.table, prefix, filter: filterOf(now), start}, {signal}),
    event => {
      if (event.type === 'message' && event.message.part.case === 'changes') {
        const at = new Date();
        const current = bars.current[BARS - 1]!;
        for (const {kind, route} of event.message.part.value.changes) {
          const name = KINDS[kind] ?? 'updated';
          ring.current.add({at, kind: name, route: route!});
          current[name]++;
        }
        announce(counted(event.message.part.value.changes.length, 'change'));
        draw();
      }
    },
    {on: [now, prefix], paused: !on, changesOnly: true},
  );
  useEvery(1_000, () => {
    bars.current.push(bar());
    bars.current.shift();
    if (on) {
      draw();
    }
  }, [on]);
  const toggle = () => setOn(was => !was);
  useKeys({w: toggle});
  if (live.state === 'failed') {
    return <Failed trouble={live.trouble} retry={retry} />;
  }
  const second = bars.current[BARS - 2]!;
  return (
    <section class="card" data-role="feed" data-total={ring.current.total}>
      <div class="toolbar">
        <LiveMark live={live} />
        <button type="button" aria-pressed={!on} onClick={toggle}>
          {on ? 'Pause' : 'Resume'}
        </button>
        <span class="rates">
          <span class="added">
            <i>▲</i> {second.added}
          </span>
          <span class="updated">
            <i>◆</i> {second.updated}
          </span>
          <span class="removed">
            <i>▼</i> {second.removed}
          </span>
          <span class="faint">in the last second</span>
        </span>
        <span class="faint right">
          {counted(ring.current.total, 'change')} since this page was opened
          {ring.current.total > KEPT && <>; the newest {count(KEPT)} are kept</>}
        </span>
      </div>
      {restarted && (
        <p class="notice warn" role="status">
          Started again: {restarted}. The changes in between are in the history of each prefix.
        </p>
      )}
      <Churn bars={bars.current} label="Changes in each of the last 120 seconds" />
      {ring.current.length === 0 ? (
        <Empty title={on ? 'Waiting for a change' : 'Paused'}>
          <p class="faint">Each change of table <Stranger text={now.table} class="mono" /> is shown as it happens, newest first.</p>
        </Empty>
      ) : (
        <Virtual
          columns={COLUMNS}
          count={ring.current.length}
          total={ring.current.length}
          label="Changes, newest first"
          open={i => go(address('/route', {q: ring.current.get(i).route.prefix, table: now.table === 'default' ? '' : now.table}))}
          row={i => {
            const {at, kind, route} = ring.current.get(i);
            return [
              <span title={at.toISOString()}>{inZone(at).slice(11, 19)}</span>,
              <span class={kind}>
                <i aria-hidden="true">{MARKS[kind]}</i> {kind}
              </span>,
              <a href={address('/route', {q: route.prefix, table: now.table === 'default' ? '' : now.table})} tabIndex={-1}>
                <Address text={route.prefix} />
              </a>,
              <Stranger text={via(route)} class="mono" />,
              <Stranger text={route.source} />,
              count(route.metric),
              `r${route.revision}`,
            ];
          }}
        />
      )}
      <CopyMenu
        items={[
          {what: 'link', text: () => location.href},
          {what: 'CLI', text: () => cli('route', 'watch', ...watchWords(now))},
          {what: 'curl', text: () => curl('/v1/routes:watch', watchParameters(now), '-sN')},
          {
            what: 'grpcurl',
            text: () => grpcurl('guidepost.routes.v1.Routes/Watch', {...watchQuestion(now), start: {changes_only: true}}),
          },
        ]}
      />
    </section>
  );
}
