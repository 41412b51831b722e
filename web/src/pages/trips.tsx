import {Marker, type GeoJSONSource, type Map as MapLibre} from 'maplibre-gl';
import type {ComponentChildren, JSX} from 'preact';
import {useEffect, useMemo, useRef, useState} from 'preact/hooks';
import type {guide} from 'guidepost';
import {useAsk, useEvery} from '../lib/ask';
import {trouble} from '../lib/errors';
import {useKeys} from '../lib/keys';
import {address, changed, go, place} from '../lib/router';
import {api, mayReadTrips, who} from '../lib/session';
import {span, toDate, utc} from '../lib/time';
import {count, counted, metres as metresText, Stranger, within} from '../lib/text';
import {colours, createMap, DARK, recolour} from '../map/base';
import {distance, fromE7, type LonLat} from '../map/geo';
import {cli, copy, CopyMenu, curl} from '../ui/copy';
import {Lines} from '../ui/plot';
import {Answer, Empty, NotAllowed, Time, Unknown} from '../ui/states';

const PAGE = 100;
/** Points of the line that is drawn: more than a screen has. */
const DRAWN_MAX = 2_000;
/** Points of the plots, at equal steps of time or way. */
const PLOTTED = 300;
/** How often a trip that is under way is asked for. */
const EVERY_MILLIS = 3_000;

const id = () => {
  const text = /^\/trips\/([^/]+)$/.exec(place.value.path)?.[1] ?? '';
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // not UTF-8: no trip is called that
  }
};

export default function TripsPage(): JSX.Element {
  const chosen = id();
  return (
    <div class="page wide">
      <h1 class="unseen">Trips</h1>
      <Unknown known={['traveller', 'from']} />
      {who.value && !mayReadTrips.value ? (
        <NotAllowed>Your grants include no traveller's trips.</NotAllowed>
      ) : (
        <div class="trip">
          <List chosen={chosen} />
          {chosen ? (
            <Trip id={chosen} key={chosen} />
          ) : (
            <div class="card">
              <Empty title="Choose a trip">
                <p class="faint">Its track, stops, speed and elevation are shown here.</p>
              </Empty>
            </div>
          )}
        </div>
      )}
    </div>
  );
}

function List({chosen}: {chosen: string}): JSX.Element {
  const traveller = place.value.query.get('traveller') ?? '';
  const from = place.value.query.get('from') ?? '';
  const [pages, setPages] = useState<guide.Trip[]>([]);
  const [token, setToken] = useState('');
  const time = from ? new Date(from) : undefined;
  const filter = {
    traveller,
    fromTime: time && !Number.isNaN(time.getTime()) ? {seconds: BigInt(Math.floor(time.getTime() / 1000)), nanos: 0} : undefined,
  };
  const found = useAsk(
    async signal => {
      const answer = await api.trips.listTrips({pageSize: PAGE, filter}, {signal});
      setPages([]);
      setToken(answer.nextPageToken);
      return answer.trips;
    },
    [traveller, from],
  );
  const underWay = found.value?.some(trip => !trip.finished) ?? false;
  useEvery(EVERY_MILLIS, () => underWay && pages.length === 0 && found.retry(), [found.retry, pages.length, underWay]);
  const trips = [...(found.value ?? []), ...pages].sort(
    (a, b) => Number(a.finished) - Number(b.finished) || Number((b.summary?.endTime?.seconds ?? 0n) - (a.summary?.endTime?.seconds ?? 0n)),
  );
  const more = async () => {
    try {
      const answer = await api.trips.listTrips({pageSize: PAGE, pageToken: token, filter});
      setPages(before => [...before, ...answer.trips]);
      setToken(answer.nextPageToken);
    } catch {
      setToken('');
      found.retry(); // the list is another one by now: from its beginning
    }
  };
  const move = (by: number) => {
    const at = trips.findIndex(trip => trip.id === chosen);
    const next = trips[Math.max(0, Math.min(trips.length - 1, at + by))];
    if (next) {
      go(`/trips/${encodeURIComponent(next.id)}${location.search}`);
    }
  };
  useKeys({j: () => move(1), k: () => move(-1)});
  return (
    <section class="card" aria-label="Trips">
      {time && Number.isNaN(time.getTime()) && (
        <p class="notice warn" role="alert" data-state="invalid">
          from “<Stranger text={from.slice(0, 40)} />”: must be a date like 2026-07-01; trips of all times are listed
        </p>
      )}
      <form
        class="stack"
        onSubmit={event => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          go(address(place.value.path, {traveller: String(form.get('traveller')).trim(), from: String(form.get('from'))}));
        }}
      >
        <div class="row">
          <label class="field">
            <span class="label">Traveller</span>
            <input name="traveller" type="text" placeholder="any" defaultValue={traveller} size={12} />
          </label>
          <label class="field">
            <span class="label">Under way since</span>
            <input name="from" type="date" defaultValue={from} />
          </label>
          <button type="submit">Show</button>
        </div>
      </form>
      <Answer of={found} lines={5}>
        {() =>
          trips.length === 0 ? (
            <Empty title="No trips">
              <p class="faint">
                {traveller || from ? (
                  <a href={address('/trips')}>Show all</a>
                ) : (
                  <>
                    <code>guidepost trip record FILE</code> records one.
                  </>
                )}
              </p>
            </Empty>
          ) : (
            <ul class="plain" data-role="trips">
              {trips.map(trip => (
                <li key={trip.id}>
                  <a class="tripline" href={`/trips/${encodeURIComponent(trip.id)}${location.search}`} aria-current={trip.id === chosen ? 'page' : undefined}>
                    <b>
                      <Stranger text={trip.name || trip.id} />
                    </b>{' '}
                    {!trip.finished && <span class="badge good">● under way</span>}
                    <br />
                    <span class="faint small">
                      {trip.traveller && (
                        <>
                          <Stranger text={trip.traveller} />,{' '}
                        </>
                      )}
                      {metresText(trip.summary?.filteredMetres ?? 0)}
                      {trip.summary?.startTime && (
                        <>
                          , <Time at={trip.summary.startTime} seconds={false} />
                        </>
                      )}
                    </span>
                  </a>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      {token && (
        <button type="button" onClick={more}>
          Show more
        </button>
      )}
    </section>
  );
}

interface Followed {
  trip: guide.Trip;
  track: guide.GetTripTrackResponse;
}

function Trip({id}: {id: string}): JSX.Element {
  const found = useAsk<Followed>(
    async signal => {
      const [answer, track] = await Promise.all([
        api.trips.getTrip({id}, {signal}),
        api.trips.getTripTrack({id, maxPoints: DRAWN_MAX}, {signal}),
      ]);
      return {trip: answer.trip!, track};
    },
    [id],
  );
  useEvery(EVERY_MILLIS, () => found.value && !found.value.trip.finished && found.retry(), [found.retry, found.value?.trip.finished]);
  return (
    <section class="together">
      <Answer of={found} lines={8}>
        {value => <Followed value={value} />}
      </Answer>
    </section>
  );
}

/** A point of the track with what plots need. */
interface Sample {
  at: LonLat;
  millis: number;
  metres: number;
  speed?: number;
  altitude?: number;
  gap: boolean;
}

function samples(fixes: guide.TripFix[]): {all: Sample[]; derived: boolean} {
  const all: Sample[] = [];
  let derived = false;
  for (const fix of fixes) {
    const at = fromE7(fix.point);
    const millis = toDate(fix.time)?.getTime() ?? 0;
    const last = all[all.length - 1];
    const gap = last === undefined || fix.beginsSegment;
    const step = gap || !last ? 0 : distance(last.at, at);
    const seconds = last ? (millis - last.millis) / 1000 : 0;
    let speed = fix.speedMetresPerSecond;
    if (speed === undefined && !gap && seconds > 0) {
      speed = step / seconds;
      derived = true;
    }
    all.push({at, millis, metres: (last?.metres ?? 0) + step, speed, altitude: fix.altitudeMetres, gap});
  }
  return {all, derived};
}

/** Values at equal steps of time, or of way; where nothing was recorded there is none. */
function plotted(all: Sample[], by: 'millis' | 'metres', value: (sample: Sample) => number | undefined): (number | undefined)[] {
  const first = all[0]![by];
  const last = all[all.length - 1]![by];
  let at = 0;
  return Array.from({length: PLOTTED}, (_, i) => {
    const wanted = first + ((last - first) * i) / (PLOTTED - 1);
    while (at < all.length - 1 && all[at + 1]![by] <= wanted) {
      at++;
    }
    const next = all[at + 1];
    return next?.gap && wanted > all[at]![by] ? undefined : value(all[at]!);
  });
}

function Followed({value: {trip, track}}: {value: Followed}): JSX.Element {
  const {all, derived} = useMemo(() => samples(track.fixes), [track]);
  const [by, setBy] = useState<'millis' | 'metres'>('millis');
  const [at, setAt] = useState<number>();
  const summary = trip.summary;
  const shown = useMemo(() => {
    if (at === undefined || all.length < 2) {
      return undefined;
    }
    const [first, last] = [all[0]![by], all[all.length - 1]![by]];
    const wanted = first + ((last - first) * at) / (PLOTTED - 1);
    return all.find(sample => sample[by] >= wanted) ?? all[all.length - 1];
  }, [at, by, all]);
  const link = () => new URL(changed({}), location.href).href;
  useKeys({y: () => void copy(link())});
  const speeds = all.length > 1 ? plotted(all, by, sample => (sample.speed === undefined ? undefined : sample.speed * 3.6)) : [];
  const altitudes = all.length > 1 ? plotted(all, by, sample => sample.altitude) : [];
  const known = (points: (number | undefined)[]) => points.filter((point): point is number => point !== undefined);
  const high = known(altitudes);
  return (
    <>
      <div class="card">
        <h2 class="row">
          <Stranger text={trip.name || trip.id} />
          {trip.finished ? <span class="faint">finished</span> : <span class="badge good">● under way</span>}
        </h2>
        <dl class="facts" data-role="trip-facts">
          {trip.traveller && (
            <div>
              <dt>traveller</dt>
              <dd>
                <Stranger text={trip.traveller} />
              </dd>
            </div>
          )}
          <Fact name="distance">{metresText(summary?.filteredMetres ?? 0)}</Fact>
          <Fact name="moving">{span((summary?.movingSeconds ?? 0) * 1000)}</Fact>
          <Fact name="mean, moving">
            {summary && summary.movingSeconds > 0 ? `${((summary.filteredMetres / summary.movingSeconds) * 3.6).toFixed(1)} km/h` : '–'}
          </Fact>
          <Fact name="stops">{count(summary?.stopCount ?? 0)}</Fact>
          {summary && summary.ascentMetres + summary.descentMetres > 0 && (
            <Fact name="climbed, descended">
              {Math.round(summary.ascentMetres)} m, {Math.round(summary.descentMetres)} m
            </Fact>
          )}
          <Fact name="began">
            <Time at={summary?.startTime} />
          </Fact>
          <Fact name="last fix">
            <Time at={summary?.endTime} />
          </Fact>
          <Fact name="fixes">{count(summary?.fixes ?? 0n)}</Fact>
        </dl>
        <p class="faint small">
          {track.toleranceMetres > 0 ? (
            <>
              Drawn with {counted(track.fixes.length, 'fix', 'fixes')} of {count(track.ofFixes)}; the others are within {within(track.toleranceMetres)} of the line.
            </>
          ) : (
            <>Drawn with all {counted(track.fixes.length, 'fix', 'fixes')}.</>
          )}
        </p>
      </div>
      <TrackMap all={all} stops={summary?.stops ?? []} at={shown?.at} />
      {all.length > 1 && (
        <div class="card plots" data-role="plots">
          <div class="toolbar">
            <h2>Speed and elevation</h2>
            <span class="right" role="group" aria-label="Over">
              <button type="button" aria-pressed={by === 'millis'} onClick={() => setBy('millis')}>
                time
              </button>
              <button type="button" aria-pressed={by === 'metres'} onClick={() => setBy('metres')}>
                distance
              </button>
            </span>
          </div>
          <p class="axisname">
            <span>speed{derived && ', partly derived from positions'}, km/h</span>
            <span>{shown?.speed !== undefined ? `${(shown.speed * 3.6).toFixed(1)} km/h` : `up to ${Math.max(0, ...known(speeds)).toFixed(0)}`}</span>
          </p>
          <Lines label={`Speed: up to ${Math.max(0, ...known(speeds)).toFixed(0)} km/h`} height={90} series={[{name: 'speed', look: 'first', points: speeds}]} hover={setAt} at={at} />
          {high.length > 1 && (
            <>
              <p class="axisname">
                <span>elevation, as the device recorded it, m</span>
                <span>
                  {shown?.altitude !== undefined ? `${Math.round(shown.altitude)} m` : `${Math.round(Math.min(...high))} to ${Math.round(Math.max(...high))}`}
                </span>
              </p>
              <Lines label={`Elevation: ${Math.round(Math.min(...high))} to ${Math.round(Math.max(...high))} m`} height={90} series={[{name: 'elevation', look: 'second', points: altitudes}]} hover={setAt} at={at} />
            </>
          )}
          <p class="ends faint">
            <span>{by === 'millis' ? <Time at={new Date(all[0]!.millis)} /> : '0 m'}</span>
            <span>{shown && (by === 'millis' ? <Time at={new Date(shown.millis)} /> : metresText(shown.metres))}</span>
            <span>{by === 'millis' ? <Time at={new Date(all[all.length - 1]!.millis)} /> : metresText(all[all.length - 1]!.metres)}</span>
          </p>
        </div>
      )}
      <div class="card row">
        <SaveGpx trip={trip} />
        <CopyMenu
          items={[
            {what: 'link', text: link},
            {what: 'CLI', text: () => cli('trip', 'show', trip.id)},
            {what: 'curl', text: () => curl(`/v1/trips/${encodeURIComponent(trip.id)}`)},
          ]}
        />
      </div>
    </>
  );
}

function Fact({name, children}: {name: string; children: ComponentChildren}): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function TrackMap({all, stops, at}: {all: Sample[]; stops: guide.TripStop[]; at?: LonLat}): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const map = useRef<MapLibre>(undefined);
  const marker = useRef<Marker>(undefined);
  const [ready, setReady] = useState(false);
  const fitted = useRef(false);
  useEffect(() => {
    let made: MapLibre;
    try {
      made = createMap(frame.current!, {zoom: 1, latitude: 20, longitude: 0}, 'The track of the trip');
    } catch {
      return;
    }
    map.current = made;
    made.once('load', () => {
      const look = colours();
      made.addSource('track', {type: 'geojson', data: {type: 'FeatureCollection', features: []}});
      made.addSource('stops', {type: 'geojson', data: {type: 'FeatureCollection', features: []}});
      made.addLayer({id: 'track', type: 'line', source: 'track', layout: {'line-cap': 'round', 'line-join': 'round'}, paint: {'line-color': look.path, 'line-width': 4}});
      made.addLayer({id: 'stops', type: 'circle', source: 'stops', paint: {'circle-radius': 6, 'circle-color': look.card, 'circle-stroke-color': look.ink, 'circle-stroke-width': 2}});
      setReady(true);
    });
    const theme = () => {
      recolour(made);
      if (made.getLayer('track')) {
        const look = colours();
        made.setPaintProperty('track', 'line-color', look.path);
        made.setPaintProperty('stops', 'circle-color', look.card);
        made.setPaintProperty('stops', 'circle-stroke-color', look.ink);
      }
    };
    DARK.addEventListener('change', theme);
    return () => {
      DARK.removeEventListener('change', theme);
      made.remove();
    };
  }, []);
  useEffect(() => {
    const made = map.current;
    if (!ready || !made) {
      return;
    }
    const lines: LonLat[][] = [];
    for (const sample of all) {
      if (sample.gap) {
        lines.push([]);
      }
      lines[lines.length - 1]!.push(sample.at);
    }
    (made.getSource('track') as GeoJSONSource).setData({
      type: 'FeatureCollection',
      features: lines.filter(line => line.length > 1).map(line => ({type: 'Feature', properties: {}, geometry: {type: 'LineString', coordinates: line}})),
    });
    (made.getSource('stops') as GeoJSONSource).setData({
      type: 'FeatureCollection',
      features: stops.map(stop => ({type: 'Feature', properties: {}, geometry: {type: 'Point', coordinates: fromE7(stop.point)}})),
    });
    if (!fitted.current && all.length > 0) {
      fitted.current = true;
      const xs = all.map(sample => sample.at[0]);
      const ys = all.map(sample => sample.at[1]);
      made.fitBounds(
        [
          [Math.min(...xs), Math.min(...ys)],
          [Math.max(...xs), Math.max(...ys)],
        ],
        {padding: 40, animate: false, maxZoom: 14},
      );
    }
  }, [ready, all, stops]);
  useEffect(() => {
    if (at && map.current) {
      marker.current ??= new Marker({scale: 0.7, color: '#0b5f59'});
      marker.current.setLngLat(at).addTo(map.current);
    } else {
      marker.current?.remove();
    }
  }, [at]);
  return (
    <div class="card">
      <div class="frame" ref={frame} data-role="track-map" data-ready={ready ? '' : undefined} />
      {stops.length > 0 && (
        <details>
          <summary>{counted(stops.length, 'stop')}</summary>
          <ul class="plain small">
            {stops.slice(0, 200).map((stop, i) => (
              <li key={i}>
                <Time at={stop.startTime} /> for {span((toDate(stop.endTime)?.getTime() ?? 0) - (toDate(stop.startTime)?.getTime() ?? 0))}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');

/** All fixes as a file, written here: those that were set aside are left out. */
function SaveGpx({trip}: {trip: guide.Trip}): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState('');
  const save = async () => {
    setBusy(true);
    setWrong('');
    try {
      const parts = [
        `<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="Guidepost" xmlns="http://www.topografix.com/GPX/1/1">\n<trk><name>${escaped(trip.name || trip.id)}</name>\n<trkseg>\n`,
      ];
      let begun = false;
      for await (const answer of api.trips.getTripFixes({id: trip.id})) {
        for (const fix of answer.fixes) {
          if (fix.setAside) {
            continue;
          }
          if (fix.beginsSegment && begun) {
            parts.push('</trkseg>\n<trkseg>\n');
          }
          begun = true;
          const [lon, lat] = fromE7(fix.point);
          const height = fix.altitudeMetres === undefined ? '' : `<ele>${fix.altitudeMetres.toFixed(1)}</ele>`;
          const time = toDate(fix.time);
          parts.push(`<trkpt lat="${lat.toFixed(7)}" lon="${lon.toFixed(7)}">${height}${time ? `<time>${utc(time)}</time>` : ''}</trkpt>\n`);
        }
      }
      parts.push('</trkseg></trk>\n</gpx>\n');
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(parts, {type: 'application/gpx+xml'}));
      link.download = `${trip.id.replaceAll(/[^\w.-]/g, '_')}.gpx`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } catch (e) {
      setWrong(trouble(e).text);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" onClick={save} disabled={busy} data-role="save-gpx">
        {busy ? 'Writing…' : 'Save as GPX'}
      </button>
      {wrong && (
        <span class="wrong" role="alert">
          <Stranger text={wrong} />
        </span>
      )}
    </>
  );
}
