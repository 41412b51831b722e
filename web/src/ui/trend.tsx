import type {JSX} from 'preact';
import {routes} from 'guidepost';
import {useAsk} from '../lib/ask';
import {type MatchedStep, steps as stepsOf} from '../lib/steps';
import {api} from '../lib/session';
import {count, counted} from '../lib/text';
import {Churn, Lines} from './plot';
import {Answer, Time} from './states';

const BARS = 60;
const CHANGES = 5_000;

interface Trended {
  steps: MatchedStep[];
  total: bigint;
  cut: boolean;
}

/** How large a table, or a prefix in it, was of late, and how much of it changed. */
export function Trend({table, prefix, fresh}: {table: string; prefix: string; fresh: number}): JSX.Element {
  const found = useAsk<Trended>(
    async signal => {
      const logged = await stepsOf({table, prefix, limit: CHANGES}, signal);
      let total = 0n;
      const request = {table, prefix, countOnly: true, matchKind: prefix ? routes.MatchKind.LONGER : routes.MatchKind.UNSPECIFIED};
      for await (const answer of api.routes.getRoutes(request, {signal})) {
        total = answer.count;
      }
      return {...logged, total};
    },
    [table, prefix, fresh],
  );
  return (
    <section class="card" data-role="trend">
      <h2>Size and churn</h2>
      <Answer of={found} lines={3}>
        {value => <Drawn trended={value} />}
      </Answer>
    </section>
  );
}

function Drawn({trended: {steps, total, cut}}: {trended: Trended}): JSX.Element {
  if (steps.length === 0) {
    return <p class="faint">The log has no change of it.</p>;
  }
  const first = steps[steps.length - 1]!.time.getTime();
  const last = Math.max(Date.now(), steps[0]!.time.getTime() + 1);
  const width = (last - first) / BARS || 1;
  const bars = Array.from({length: BARS}, () => ({added: 0, updated: 0, removed: 0}));
  for (const each of steps) {
    bars[Math.min(BARS - 1, Math.floor((each.time.getTime() - first) / width))]![each.kind]++;
  }
  const sizes: number[] = [];
  let size = Number(total);
  for (let i = BARS - 1; i >= 0; i--) {
    sizes[i] = size;
    size -= bars[i]!.added - bars[i]!.removed;
  }
  return (
    <>
      <Lines series={[{name: 'size', look: 'first', points: sizes}]} label={`Routes in time: ${count(total)} now`} />
      <Churn bars={bars} label={`${counted(steps.length, 'change')} in time: added and updated above the line, removed below`} />
      <p class="ends faint">
        <Time at={new Date(first)} />
        <span>
          {counted(total, 'route')} now; {counted(steps.length, 'change')}
          {cut && ', and older ones in the log'}
        </span>
        <span>now</span>
      </p>
      <p class="faint small">
        <span class="added">
          <i>▲</i> added
        </span>{' '}
        <span class="updated">
          <i>◆</i> updated
        </span>{' '}
        above the line,{' '}
        <span class="removed">
          <i>▼</i> removed
        </span>{' '}
        below.
      </p>
    </>
  );
}
