import type {ComponentChildren, JSX} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import type {DomainStatus, GetClusterResponse, GetInfoResponse, GetStatusResponse, JournalStats, MethodStatus} from 'guidepost';
import {useAsk, useEvery} from '../lib/ask';
import {trouble as troubleOf, type Trouble} from '../lib/errors';
import {api, generation} from '../lib/session';
import {span, toDate} from '../lib/time';
import {bytes, count, duration, short, Stranger} from '../lib/text';
import {Lines} from '../ui/plot';
import {Failed, Loading, Time} from '../ui/states';

/** Points of the plots: two minutes. */
const KEPT = 60;
const EVERY_MILLIS = 2_000;

type Points = (number | undefined)[];

/** What two answers in a row say of the time between them. */
interface Rates {
  calls: Points;
  failed: Points;
  changes: Points;
  cpu: Points;
  heap: Points;
}

const nothing = (): Rates => ({calls: [], failed: [], changes: [], cpu: [], heap: []});

interface Seen {
  status: GetStatusResponse;
  before?: GetStatusResponse;
  /** Those of the last minute, the oldest first. */
  minute: GetStatusResponse[];
}

const MINUTE = 60_000 / EVERY_MILLIS;

export default function StatusPage(): JSX.Element {
  const info = useAsk(
    async signal => {
      const [about, cluster] = await Promise.all([api.server.getInfo({}, {signal}), api.server.getCluster({}, {signal})]);
      return {about, cluster};
    },
    [],
  );
  const [seen, setSeen] = useState<Seen>();
  const [trouble, setTrouble] = useState<Trouble>();
  const rates = useRef(nothing());
  const asking = useRef(false);
  const ask = () => {
    if (asking.current) {
      return;
    }
    asking.current = true;
    api.server
      .getStatus({})
      .then(
        status => {
          setTrouble(undefined);
          setSeen(last => {
            const before = last?.status.started?.seconds === status.started?.seconds ? last?.status : undefined;
            note(rates.current, before, status);
            return {status, before, minute: [...(before ? last!.minute : []), status].slice(-MINUTE)};
          });
        },
        e => {
          note(rates.current, undefined, undefined);
          setTrouble(troubleOf(e));
        },
      )
      .finally(() => (asking.current = false));
  };
  const signedIn = generation.value;
  useEffect(ask, [signedIn]);
  useEvery(EVERY_MILLIS, ask);
  useEvery(30_000, info.retry, [info.retry]);
  if (!seen) {
    return (
      <div class="page wide">
        <h1>Status</h1>
        {trouble ? <Failed trouble={trouble} retry={ask} /> : <Loading lines={8} />}
      </div>
    );
  }
  const {status, before, minute} = seen;
  return (
    <div class="page wide">
      <h1 class="unseen">Status</h1>
      <Head status={status} info={info.value?.about} trouble={trouble} cluster={info.value?.cluster} />
      <div class="grid2">
        <Plot title="Calls" of={rates.current.calls} unit="/s" show={short} second={rates.current.failed} what="failed or rejected" />
        <Plot title="Changes written" of={rates.current.changes} unit="/s" show={short} />
        <Plot title="Processor" of={rates.current.cpu} unit=" %" show={value => value.toFixed(0)} most={100 * (status.figures['processors'] ?? 1)} />
        <Plot title="Heap" of={rates.current.heap} unit="" show={bytes} most={status.figures['heap_bytes_max']} />
      </div>
      <Domains status={status} before={before} minute={minute[0]} />
      <Methods status={status} before={before} />
    </div>
  );
}

const at = (status: GetStatusResponse) => toDate(status.time)!.getTime();
const total = (status: GetStatusResponse, of: (method: MethodStatus) => bigint) =>
  Number(status.methods.reduce((sum, method) => sum + of(method), 0n));
const changes = (status: GetStatusResponse) =>
  Number(status.domains.reduce((sum, domain) => sum + (domain.journal?.changes ?? 0n), 0n));

function note(rates: Rates, before: GetStatusResponse | undefined, status: GetStatusResponse | undefined) {
  const seconds = before && status ? Math.max(0.1, (at(status) - at(before)) / 1000) : 0;
  const rate = (of: (status: GetStatusResponse) => number) =>
    before && status ? Math.max(0, of(status) - of(before)) / seconds : undefined;
  const add = (points: Points, value: number | undefined) => {
    points.push(value);
    if (points.length > KEPT) {
      points.shift();
    }
  };
  add(rates.calls, rate(each => total(each, method => method.ended)));
  add(rates.failed, rate(each => total(each, method => method.failed + method.rejected)));
  add(rates.changes, rate(changes));
  const cpu = rate(each => each.figures['cpu_seconds'] ?? 0);
  add(rates.cpu, cpu === undefined ? undefined : cpu * 100);
  add(rates.heap, status?.figures['heap_bytes']);
}

function Head({
  status,
  info,
  cluster,
  trouble,
}: {
  status: GetStatusResponse;
  info?: GetInfoResponse;
  cluster?: GetClusterResponse;
  trouble?: Trouble;
}): JSX.Element {
  const {figures} = status;
  const serving = figures['writable'] !== 0;
  const disk = figures['disk_free_bytes'] ?? 0;
  return (
    <section class="card" data-role="head">
      <h2 class="row">
        {trouble ? (
          <span class="badge bad" data-serving="unknown">
            ○ cannot be reached
          </span>
        ) : serving ? (
          <span class="badge good" data-serving="yes">
            ● serving
          </span>
        ) : (
          <span class="badge bad" data-serving="no">
            ✕ not writable
          </span>
        )}
        <span>
          Guidepost <Stranger text={info?.version ?? ''} />
        </span>
      </h2>
      {trouble && (
        <p class="wrong">
          <Stranger text={trouble.text} />; these figures are of <Time at={status.time} age />.
        </p>
      )}
      <dl class="facts">
        <Fact name="uptime">{span(at(status) - (toDate(status.started)?.getTime() ?? 0))}</Fact>
        <Fact name="role">
          {cluster?.shared ? (cluster.trouble ? 'broken' : cluster.leads ? 'leader' : 'follower') : 'standalone'}
          {cluster?.trouble && (
            <>
              : <Stranger text={cluster.trouble} />
            </>
          )}
          {cluster?.shared && !cluster.trouble && !cluster.leads && <> of {cluster.leader || 'nobody known'}, {count(cluster.lag)} behind</>}
        </Fact>
        <Fact name="connections">
          {count(figures['connections'] ?? 0)} gRPC, {count(figures['web_connections'] ?? 0)} web
        </Fact>
        <Fact name="held for clients">
          {bytes(figures['client_memory_bytes'] ?? 0)} of {bytes(figures['client_memory_bytes_max'] ?? 0)}
        </Fact>
        <Fact name="disk free" bad={disk > 0 && disk < 0.05 * (figures['disk_bytes'] ?? 0)}>
          {bytes(disk)} of {bytes(figures['disk_bytes'] ?? 0)}
        </Fact>
        {info && (
          <>
            <Fact name="connections are">{info.encrypted ? 'encrypted' : 'not encrypted'}</Fact>
            <Fact name="callers">{info.authenticated ? 'are asked who they are' : 'are not asked who they are'}</Fact>
            {info.insecure && (
              <Fact name="reachable" bad>
                by other machines, without both
              </Fact>
            )}
            {info.certificateExpireTime && (
              <Fact name="certificate until">
                <Time at={info.certificateExpireTime} />
              </Fact>
            )}
            {info.settingsTrouble && (
              <Fact name="settings" bad>
                <Stranger text={info.settingsTrouble} />
              </Fact>
            )}
            {info.accessTrouble && (
              <Fact name="access" bad>
                <Stranger text={info.accessTrouble} />
              </Fact>
            )}
          </>
        )}
      </dl>
    </section>
  );
}

function Fact({name, bad, children}: {name: string; bad?: boolean; children: ComponentChildren}): JSX.Element {
  return (
    <div class={bad ? 'wrong' : ''}>
      <dt>{name}</dt>
      <dd>
        {bad && <i aria-hidden="true">✕ </i>}
        {children}
      </dd>
    </div>
  );
}

function Plot({
  title,
  of,
  unit,
  show,
  most,
  second,
  what,
}: {
  title: string;
  of: Points;
  unit: string;
  show: (value: number) => string;
  most?: number;
  second?: Points;
  what?: string;
}): JSX.Element {
  const last = of[of.length - 1];
  const fill = (points: Points): Points => [...Array<undefined>(Math.max(0, KEPT - points.length)).fill(undefined), ...points];
  const other = second?.[second.length - 1];
  return (
    <section class="card plot">
      <h2>
        {title}{' '}
        <span class="value">
          {last === undefined ? '…' : `${show(last)}${unit}`}
          {other !== undefined && (
            <span class="faint">
              , {show(other)}
              {unit} {what}
            </span>
          )}
        </span>
      </h2>
      <Lines
        label={`${title}, the last two minutes; now ${last === undefined ? 'unknown' : show(last) + unit}`}
        most={most}
        series={[
          {name: title, look: 'first', points: fill(of)},
          ...(second ? [{name: what ?? '', look: 'second', points: fill(second)}] : []),
        ]}
      />
    </section>
  );
}

/** The bound that a share of the counts is below: what a histogram knows of a percentile. */
function percentile(share: number, bounds: number[], now: bigint[], before?: bigint[]): string {
  const counts = now.map((value, i) => Number(value - (before?.[i] ?? 0n)));
  const all = counts.reduce((a, b) => a + b, 0);
  if (all === 0) {
    return '–';
  }
  let sum = 0;
  for (const [i, each] of counts.entries()) {
    sum += each;
    if (sum >= share * all) {
      const bound = bounds[i];
      return bound === undefined ? `> ${duration(bounds[bounds.length - 1]!)}` : `≤ ${duration(bound)}`;
    }
  }
  return '–';
}

function Domains({status, before, minute}: {status: GetStatusResponse; before?: GetStatusResponse; minute?: GetStatusResponse}): JSX.Element {
  const queueMax = status.figures['queued_changes_max'] ?? 1;
  const of = (name: string, state?: GetStatusResponse) => state?.domains.find(each => each.journal?.domain === name);
  return (
    <section class="card" data-role="domains">
      <h2>Data</h2>
      <div class="scroll">
        <table class="rows">
          <caption>Times of fsync are of the last minute; “longest” and the counts are since the start</caption>
          <thead>
            <tr>
              {['Data', 'Entries', 'Revision', 'Kept since', 'Queue', 'Fsync mean', 'Fsync p99', 'Longest', 'Failed', 'Log', 'Watches'].map(name => (
                <th scope="col" class={name === 'Data' ? '' : 'number'} key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {status.domains.map(domain => (
              <Domain key={domain.journal?.domain} domain={domain} before={of(domain.journal?.domain ?? '', before)} minute={of(domain.journal?.domain ?? '', minute)} bounds={status.bucketBounds} queueMax={queueMax} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Of the fsyncs of the last minute. */
function mean(now: JournalStats, then?: JournalStats): string {
  const groups = Number(now.groups - (then?.groups ?? 0n));
  return groups > 0 ? duration((seconds(now.writing) - seconds(then?.writing)) / groups) : '–';
}

const seconds = (time?: {seconds: bigint; nanos: number}) => Number(time?.seconds ?? 0n) + (time?.nanos ?? 0) / 1e9;

function Domain({
  domain,
  before,
  minute,
  bounds,
  queueMax,
}: {
  domain: DomainStatus;
  before?: DomainStatus;
  minute?: DomainStatus;
  bounds: number[];
  queueMax: number;
}): JSX.Element {
  const journal = domain.journal!;
  const full = journal.queuedChanges > 0.8 * queueMax;
  const failing = before !== undefined && journal.failedGroups > before.journal!.failedGroups;
  const lagging = domain.figures['watches_lagging'] ?? 0;
  return (
    <tr>
      <td data-label="Data">{journal.domain}</td>
      <td data-label="Entries" class="number">
        {count(domain.figures['entries'] ?? 0)}
      </td>
      <td data-label="Revision" class="number mono">
        r{String(journal.revision)}
      </td>
      <td data-label="Kept since" class="number">
        {journal.oldestTime ? <Time at={journal.oldestTime} age /> : 'the first'}
      </td>
      <td data-label="Queue" class={full ? 'number wrong' : 'number'}>
        {full && '✕ '}
        {count(journal.queuedChanges)}
      </td>
      <td data-label="Fsync mean" class="number">
        {mean(journal, minute?.journal)}
      </td>
      <td data-label="Fsync p99" class="number">
        {percentile(0.99, bounds, domain.appendBuckets, minute?.appendBuckets)}
      </td>
      <td data-label="Longest" class="number">
        {journal.groups > 0n ? duration(seconds(journal.writingMax)) : '–'}
      </td>
      <td data-label="Failed" class={failing ? 'number wrong' : 'number'}>
        {failing && '✕ '}
        {count(journal.failedGroups)}
      </td>
      <td data-label="Log" class="number">
        {bytes(Number(journal.logBytes))}
      </td>
      <td data-label="Watches" class="number">
        {count(domain.figures['watches'] ?? domain.figures['subscribers'] ?? 0)}
        {lagging > 0 && <span class="badge warn">◐ {count(lagging)} behind</span>}
      </td>
    </tr>
  );
}

function Methods({status, before}: {status: GetStatusResponse; before?: GetStatusResponse}): JSX.Element {
  const earlier = new Map(before?.methods.map(method => [method.method, method]));
  const between = before ? Math.max(0.1, (at(status) - at(before)) / 1000) : 1;
  const sorted = [...status.methods].sort((a, b) => Number(b.ended + b.open - a.ended - a.open));
  return (
    <section class="card" data-role="methods">
      <h2>Methods since the start</h2>
      <div class="scroll">
        <table class="rows">
          <caption class="unseen">Calls of each method</caption>
          <thead>
            <tr>
              {['Method', 'Rate', 'Open', 'Ended', 'Rejected', 'Failed', 'Cancelled', 'Median', 'p99'].map(name => (
                <th scope="col" class={name === 'Method' ? '' : 'number'} key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, 40).map(method => {
              const last = earlier.get(method.method);
              return (
                <tr key={method.method}>
                  <td data-label="Method" class="mono small">
                    {method.method.replace(/^guidepost\.\w+\.v1\./, '')}
                  </td>
                  <td data-label="Rate" class="number">
                    {last ? `${short(Math.max(0, Number(method.ended - last.ended)) / between)}/s` : '…'}
                  </td>
                  <td data-label="Open" class="number">
                    {count(method.open)}
                  </td>
                  <td data-label="Ended" class="number">
                    {count(method.ended)}
                  </td>
                  <td data-label="Rejected" class="number">
                    {count(method.rejected)}
                  </td>
                  <td data-label="Failed" class={last && method.failed > last.failed ? 'number wrong' : 'number'}>
                    {count(method.failed)}
                  </td>
                  <td data-label="Cancelled" class="number">
                    {count(method.cancelled)}
                  </td>
                  <td data-label="Median" class="number">
                    {percentile(0.5, status.bucketBounds, method.buckets)}
                  </td>
                  <td data-label="p99" class="number">
                    {percentile(0.99, status.bucketBounds, method.buckets)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="faint">A call is cancelled when its client goes away first: a page that is closed, mostly.</p>
    </section>
  );
}
