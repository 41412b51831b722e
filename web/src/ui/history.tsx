import type {JSX} from 'preact';
import {useLayoutEffect, useMemo, useRef, useState} from 'preact/hooks';
import type {routes} from 'guidepost';
import {useAsk} from '../lib/ask';
import {useKeys} from '../lib/keys';
import {asText, asWay} from '../lib/route';
import {changed, go} from '../lib/router';
import {api} from '../lib/session';
import {toDate} from '../lib/time';
import {count, counted, Stranger} from '../lib/text';
import {Answer, Time} from './states';

/** Changes that are asked for; those of more specific prefixes among them are not shown. */
const ASKED = 2_000;
/** Marks that fit beside each other. */
const SHOWN = 200;

export interface Step {
  revision: bigint;
  time: Date;
  kind: 'added' | 'updated' | 'removed';
  before?: routes.Route;
  after?: routes.Route;
}

export const MARKS = {added: '▲', updated: '◆', removed: '▼'} as const;

export function step(change: routes.LoggedRouteChange): Step {
  const {before, after} = change;
  return {
    revision: change.revision,
    time: toDate(change.time) ?? new Date(0),
    kind: before ? (after ? 'updated' : 'removed') : 'added',
    before,
    after,
  };
}

interface Logged {
  steps: Step[];
  others: number;
  oldest: bigint;
  cut: boolean;
}

async function log(prefix: string, table: string, signal: AbortSignal): Promise<Logged> {
  const steps: Step[] = [];
  let others = 0;
  let oldest = 0n;
  let cut = false;
  for await (const answer of api.routes.listChanges({prefix, table, limit: ASKED}, {signal})) {
    oldest = answer.fromRevision;
    cut = answer.nextRevision > 0n;
    for (const change of answer.changes) {
      if ((change.after ?? change.before)!.prefix === prefix) {
        steps.push(step(change));
      } else {
        others++;
      }
    }
  }
  return {steps: steps.slice(0, SHOWN), others, oldest, cut};
}

/** What happened to a prefix: a line of time with a mark for each change, and the difference between any two moments. */
export function History({
  prefix,
  table,
  at,
  pinned,
  fresh,
}: {
  prefix: string;
  table: string;
  at: bigint;
  pinned: boolean;
  fresh: number;
}): JSX.Element {
  const found = useAsk(signal => log(prefix, table, signal), [prefix, table, fresh]);
  return (
    <section class="card" data-role="history">
      <h2>History</h2>
      <Answer of={found} lines={3}>
        {value => <Line prefix={prefix} table={table} at={at} pinned={pinned} logged={value} />}
      </Answer>
    </section>
  );
}

function Line({
  prefix,
  table,
  at,
  pinned,
  logged,
}: {
  prefix: string;
  table: string;
  at: bigint;
  pinned: boolean;
  logged: Logged;
}): JSX.Element {
  const {steps, others, oldest, cut} = logged;
  const [from, setFrom] = useState<bigint>();
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(900);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => box.current && setWidth(box.current.clientWidth));
    if (box.current) {
      observer.observe(box.current);
    }
    return () => observer.disconnect();
  }, [steps.length > 0]);
  const revisions = useMemo(() => [...new Set(steps.map(each => each.revision))], [steps]); // the newest first
  const current = revisions.find(revision => revision <= at);
  const show = (revision: bigint | undefined) => {
    const newest = revision === undefined || (revision === revisions[0] && !pinned);
    go(changed({at: newest ? undefined : `r${revision}`, timeline: undefined}), 'replace');
  };
  useKeys({
    '[': () => {
      const i = revisions.findIndex(revision => revision < (current ?? at));
      if (i >= 0) {
        go(changed({at: `r${revisions[i]}`, timeline: undefined}), 'replace');
      }
    },
    ']': () => {
      const later = revisions.filter(revision => revision > at);
      show(later[later.length - 1]);
    },
  });
  if (steps.length === 0) {
    return (
      <p class="faint">
        The log has no change of exactly this prefix{oldest > 0n && <>; it goes back to r{String(oldest)}</>}.
        {others > 0 && <> It has {counted(others, 'change')} of more specific prefixes.</>}
      </p>
    );
  }
  const times = steps.map(each => each.time.getTime());
  const first = Math.min(...times);
  const last = Math.max(Date.now(), ...times);
  const span = Math.max(1, last - first);
  return (
    <>
      <div class="timeline" ref={box} role="group" aria-label="Changes in time, oldest first">
        <div class="axis" />
        {marks(steps, first, span, width).map(({left, group}) => {
          const [newest] = group as [Step];
          const said =
            group.length === 1
              ? `${newest.kind} in revision ${newest.revision}`
              : `${group.length} changes up to revision ${newest.revision}`;
          return (
            <button
              type="button"
              key={String(newest.revision) + left}
              class={`mark ${newest.kind}`}
              style={{left: `${left}px`}}
              aria-pressed={group.some(each => each.revision === current)}
              aria-label={said}
              title={said}
              onClick={() => go(changed({at: `r${newest.revision}`, timeline: undefined}), 'replace')}
            >
              {MARKS[newest.kind]}
              {group.length > 1 && <sub>{group.length}</sub>}
            </button>
          );
        })}
        <button type="button" class="mark now" aria-pressed={!pinned} onClick={() => show(undefined)} style={{left: `${width - 24}px`}}>
          now
        </button>
      </div>
      <p class="ends faint">
        <span>
          <Time at={new Date(first)} />
        </span>
        <span>
          <kbd>[</kbd> earlier, <kbd>]</kbd> later
        </span>
        <span>now</span>
      </p>
      <div class="scroll">
        <table class="rows" data-role="changes">
          <caption class="unseen">Changes, newest first</caption>
          <thead>
            <tr>
              <th scope="col">Revision</th>
              <th scope="col">When</th>
              <th scope="col">What</th>
              <th scope="col">Route</th>
              <th scope="col">
                <span class="unseen">Compare</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {steps.slice(0, 25).map(each => (
              <tr key={`${each.revision}${each.kind}${each.after?.nextHop ?? each.before?.nextHop}${each.after?.source}`} class={each.revision === current ? 'chosen' : ''}>
                <td data-label="Revision">
                  <a class="mono" href={changed({at: `r${each.revision}`, timeline: undefined})}>
                    r{String(each.revision)}
                  </a>
                </td>
                <td data-label="When">
                  <Time at={each.time} />
                </td>
                <td data-label="What" class={each.kind}>
                  <i aria-hidden="true">{MARKS[each.kind]}</i> {each.kind}
                </td>
                <td data-label="Route" class="mono small">
                  <Difference step={each} of={prefix} />
                </td>
                <td data-label="Compare">
                  <button type="button" class="quiet" aria-pressed={from === each.revision} onClick={() => setFrom(from === each.revision ? undefined : each.revision)}>
                    {from === each.revision ? 'A ✓' : 'A'}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="faint">
        {steps.length > 25 && <>The newest 25 of {count(steps.length)}. </>}
        {others > 0 && <>{counted(others, 'change')} of more specific prefixes {others === 1 ? 'is' : 'are'} not shown. </>}
        {cut && <>The log has older ones too. </>}
        {from === undefined && <>Choose A to compare that moment with what is shown.</>}
      </p>
      {from !== undefined && <Compared prefix={prefix} table={table} from={from} to={at} />}
    </>
  );
}

/** Where marks stand, from the left: those that would cover each other are one. The newest of a group comes first. */
function marks(steps: Step[], first: number, span: number, width: number): {left: number; group: Step[]}[] {
  const found: {left: number; group: Step[]}[] = [];
  for (const each of steps) {
    const left = 20 + ((width - 100) * (each.time.getTime() - first)) / span;
    const last = found[found.length - 1];
    if (last && last.left - left < 36) {
      last.group.push(each);
    } else {
      found.push({left, group: [each]});
    }
  }
  return found.reverse();
}

/** Before and after of one change: what differs alone, if it is the same route. */
export function Difference({
  step: {before, after},
  of,
}: {
  step: Pick<Step, 'before' | 'after'>;
  /** The prefix that need not be said. */
  of: string;
}): JSX.Element {
  const write = (route: routes.Route) => (route.prefix === of ? asWay(route) : asText(route));
  if (before && after) {
    return (
      <>
        <Stranger text={write(before)} class="was" /> → <Stranger text={write(after)} />
      </>
    );
  }
  return before ? <Stranger text={write(before)} class="was" /> : <Stranger text={write(after!)} />;
}

function Compared({prefix, table, from, to}: {prefix: string; table: string; from: bigint; to: bigint}): JSX.Element {
  const found = useAsk(
    async signal => {
      const differences: routes.RouteDifference[] = [];
      const request = {
        prefix,
        table,
        fromState: {state: {case: 'revision' as const, value: from}},
        toState: {state: {case: 'revision' as const, value: to}},
      };
      for await (const answer of api.routes.diffRoutes(request, {signal})) {
        differences.push(...answer.differences);
        if (differences.length >= 1_000) {
          break;
        }
      }
      return differences;
    },
    [prefix, table, String(from), String(to)],
  );
  return (
    <div class="diff" data-role="diff">
      <h3>
        From A, <span class="mono">r{String(from)}</span>, to B, <span class="mono">r{String(to)}</span>
      </h3>
      <Answer of={found} lines={2}>
        {differences =>
          differences.length === 0 ? (
            <p class="faint">No difference between A and B.</p>
          ) : (
            <ul class="plain mono small">
              {differences.slice(0, 100).map(({before, after}, i) => (
                <li key={i} class={before ? (after ? 'updated' : 'removed') : 'added'}>
                  <i aria-hidden="true">{before ? (after ? '~' : '−') : '+'}</i> <Difference step={{before, after}} of={prefix} />
                </li>
              ))}
              {differences.length > 100 && <li class="faint">100 of {count(differences.length)} are shown.</li>}
            </ul>
          )
        }
      </Answer>
    </div>
  );
}
