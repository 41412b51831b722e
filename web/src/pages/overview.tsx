import type {JSX} from 'preact';
import {useRef, useState} from 'preact/hooks';
import {type routes} from 'guidepost';
import {useAsk, useShown} from '../lib/ask';
import {useWatch} from '../lib/live';
import {address} from '../lib/router';
import {api, mayReadFeatures} from '../lib/session';
import {Address, count, Stranger} from '../lib/text';
import {MARKS, step, type Step} from '../ui/history';
import {Answer, Empty, LiveMark, Time} from '../ui/states';

const NEWEST = 12;

interface Numbers {
  tables: routes.Table[];
  stats: routes.GetStatsResponse;
  features?: bigint;
  notes?: bigint;
}

/** What is seen first: how much there is, and what changes. */
export function Overview(): JSX.Element {
  const numbers = useAsk<Numbers>(async signal => {
    const [tables, stats, guide] = await Promise.all([
      api.routes.listTables({}, {signal}),
      api.routes.getStats({}, {signal}),
      api.features.getStats({}, {signal}),
    ]);
    return {tables: tables.tables, stats, features: guide.features, notes: guide.notes};
  }, []);
  const recent = useAsk(async signal => {
    const steps: Step[] = [];
    let revision = 0n;
    for await (const answer of api.routes.listChanges({limit: NEWEST}, {signal})) {
      revision = answer.toRevision;
      steps.push(...answer.changes.map(step));
    }
    return {steps: steps.slice(0, NEWEST), revision};
  }, []);
  const due = useRef(false);
  const [, setSeen] = useState(0);
  const {live} = useWatch(
    (start, signal) => api.routes.watch({start}, {signal}),
    event => {
      if (event.type === 'reset' || event.message.part.case === 'changes') {
        if (!due.current) {
          due.current = true;
          setTimeout(() => {
            due.current = false;
            recent.retry();
            numbers.retry();
            setSeen(n => n + 1);
          }, 250);
        }
      }
    },
    {on: ['overview'], changesOnly: true},
  );
  useShown(numbers.retry, [numbers.retry]);
  return (
    <>
      <Answer of={numbers} lines={2}>
        {({tables, stats, features, notes}) => (
          <ul class="tiles" data-role="numbers">
            <Tile to="/table" value={stats.ipv4Routes} what="IPv4 routes" />
            <Tile to={address('/table', {family: '6'})} value={stats.ipv6Routes} what="IPv6 routes" />
            <Tile to="/table" value={BigInt(tables.length)} what={tables.length === 1 ? 'table' : 'tables'} />
            {mayReadFeatures.value && <Tile to="/map" value={features ?? 0n} what="places" />}
            {mayReadFeatures.value && <Tile to="/map" value={notes ?? 0n} what="live notes" />}
          </ul>
        )}
      </Answer>
      <section class="card">
        <h2>
          Latest changes <LiveMark live={live} quiet />
        </h2>
        <Answer of={recent} lines={5}>
          {({steps}) =>
            steps.length === 0 ? (
              <Empty title="Nothing has been written yet">
                <p>
                  <code>guidepost route add 203.0.113.0/24 --nh 198.51.100.1</code> writes the first one.
                </p>
              </Empty>
            ) : (
              <Steps steps={steps} />
            )
          }
        </Answer>
        <p>
          <a href="/watch">Watch all changes</a>
        </p>
      </section>
    </>
  );
}

function Tile({to, value, what}: {to: string; value: bigint; what: string}): JSX.Element {
  return (
    <li>
      <a class="tile" href={to}>
        <b>{count(value)}</b> <span>{what}</span>
      </a>
    </li>
  );
}

export function Steps({steps}: {steps: Step[]}): JSX.Element {
  return (
    <div class="scroll">
      <table class="rows">
        <caption class="unseen">Changes, newest first</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col">Prefix</th>
            <th scope="col">Route</th>
          </tr>
        </thead>
        <tbody>
          {steps.map((each, i) => {
            const route = (each.after ?? each.before)!;
            return (
              <tr key={`${each.revision}-${i}`}>
                <td data-label="When">
                  <Time at={each.time} age />
                </td>
                <td data-label="What" class={each.kind}>
                  <i aria-hidden="true">{MARKS[each.kind]}</i> {each.kind}
                </td>
                <td data-label="Prefix">
                  <a href={address('/route', {q: route.prefix})}>
                    <Address text={route.prefix} />
                  </a>
                </td>
                <td data-label="Route" class="small">
                  <Brief step={each} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Brief({step: {before, after}}: {step: Step}): JSX.Element {
  const route = (after ?? before)!;
  return (
    <span class={after ? '' : 'was'}>
      {route.nextHop ? <Address text={route.nextHop} /> : null}
      {route.interfaceName && <Stranger text={` ${route.interfaceName}`} class="mono" />}
      {!route.nextHop && !route.interfaceName && 'blackhole'}
      <span class="faint">
        {' '}
        <Stranger text={route.source} />
        {before && after && before.metric !== after.metric && (
          <>
            , metric {count(before.metric)} → {count(after.metric)}
          </>
        )}
      </span>
    </span>
  );
}

