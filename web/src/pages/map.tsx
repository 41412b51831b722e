import type {GeoJSONSource, Map as MapLibre, MapGeoJSONFeature} from 'maplibre-gl';
import type {JSX} from 'preact';
import {useEffect, useMemo, useRef, useState} from 'preact/hooks';
import {create} from '@bufbuild/protobuf';
import {Code} from '@connectrpc/connect';
import {guide} from 'guidepost';
import {useAsk, useEvery} from '../lib/ask';
import {trouble as troubleOf, type Trouble} from '../lib/errors';
import {useKeys} from '../lib/keys';
import {announce, useWatch} from '../lib/live';
import {go, place} from '../lib/router';
import {api, generation, isAnonymous, mayPost, mayReadFeatures, mayReadNotes, signInNow} from '../lib/session';
import {count, counted, metres as metresText, Stranger, visible, within as withinText} from '../lib/text';
import {addProtocol, colours, createMap, DARK, FONT, recolour, viewOf, type View} from '../map/base';
import {along, beside, distance, fromE7, toE7, wrapped, written, type LonLat} from '../map/geo';
import {readGpx, type Way} from '../map/gpx';
import {addImages, lookOf} from '../map/kinds';
import {NoteCard, NoteForm, Mark, type Draft} from '../map/notes';
import {Profile, type Pin} from '../map/profile';
import {cli, copy, CopyMenu, curl} from '../ui/copy';
import {Empty, Failed, LiveMark, Loading, NotAllowed} from '../ui/states';

/** Beyond this many the list says so: a person reads no more. */
const LISTED = 200;
const AHEAD_MAX = 2_000;
/** How far beside a way something counts as along it, metres. */
const CORRIDORS = [100, 500, 1_000, 5_000];
/** An ended note stays in the list for so long, to say why. */
const ENDED_MILLIS = 20_000;
const REFRESH_MILLIS = 1_000;

type Note = guide.Note;
interface Ended {
  note: Note;
  why: string;
  at: number;
}

const WHOLE: View = {zoom: 1.6, latitude: 25, longitude: 10};

const view = (): View => viewOf(place.value.hash) ?? WHOLE;

function decoded(hash: string): string {
  try {
    return decodeURIComponent(hash);
  } catch {
    return hash;
  }
}

interface Box {
  south: number;
  west: number;
  north: number;
  east: number;
}

const WORLD: Box = {south: -90, west: -180, north: 90, east: 180};

/** What is in sight and half as much around it, so that a small move asks for nothing. */
function around(map: MapLibre): Box {
  const bounds = map.getBounds();
  const [west, east] = [bounds.getWest(), bounds.getEast()];
  const [south, north] = [bounds.getSouth(), bounds.getNorth()];
  const [w, h] = [(east - west) / 2, (north - south) / 2];
  if (east - west + 2 * w >= 360) {
    return WORLD;
  }
  return {
    south: Math.max(-90, south - h),
    north: Math.min(90, north + h),
    west: wrapped(west - w),
    east: wrapped(east + w),
  };
}

function covers(box: Box, map: MapLibre): boolean {
  if (box === WORLD) {
    return true;
  }
  const bounds = map.getBounds();
  const width = wrapped(box.east - box.west);
  const left = wrapped(bounds.getWest() - box.west);
  const right = wrapped(bounds.getEast() - box.west);
  return (
    bounds.getSouth() >= box.south - 1e-9 &&
    bounds.getNorth() <= box.north + 1e-9 &&
    left >= 0 &&
    right >= left &&
    (width < 0 ? width + 360 : width) >= right
  );
}

const boxOf = (box: Box): guide.GeoBox =>
  create(guide.GeoBoxSchema, {
    southE7: Math.round(box.south * 1e7),
    westE7: Math.round(box.west * 1e7),
    northE7: Math.round(box.north * 1e7),
    eastE7: Math.round(box.east * 1e7),
  });

const WHY: Record<number, string> = {
  [guide.NoteEvent_Type.EXPIRED]: 'its time was up',
  [guide.NoteEvent_Type.CLOSED]: 'closed: its author said so, or others denied it',
  [guide.NoteEvent_Type.EVICTED]: 'a newer one needed its space',
};

let protocol = false;

/** Tiles come as calls, so they carry the token. */
function tiles(): void {
  if (protocol) {
    return;
  }
  protocol = true;
  addProtocol('guidepost', async (request, abort) => {
    const [, z, x, y] = /(\d+)\/(\d+)\/(\d+)$/.exec(request.url)!.map(Number);
    try {
      const answer = await api.features.getTile({z: z!, x: x!, y: y!}, {signal: abort.signal});
      return {data: answer.tile.slice().buffer};
    } catch (e) {
      const trouble = troubleOf(e);
      if (trouble.code === Code.PermissionDenied || trouble.code === Code.Unauthenticated) {
        document.dispatchEvent(new CustomEvent('tile-denied', {detail: trouble}));
      }
      // MapLibre hands it to its worker, which takes plain errors alone.
      throw abort.signal.aborted ? new DOMException('no longer wanted', 'AbortError') : new Error(trouble.text);
    }
  });
}

export default function MapPage(): JSX.Element {
  if (!mayReadFeatures.value && !mayReadNotes.value) {
    return (
      <div class="page">
        <h1>Map</h1>
        <Waiting />
      </div>
    );
  }
  return <Sight key={generation.value} />;
}

function Waiting(): JSX.Element {
  const asked = useAsk(signal => api.server.whoAmI({}, {signal}), []);
  if (asked.trouble) {
    return <Failed trouble={asked.trouble} retry={asked.retry} />;
  }
  return asked.value ? (
    <NotAllowed>Your grants include neither features nor notes.</NotAllowed>
  ) : (
    <Loading lines={6} />
  );
}

function Sight(): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const map = useRef<MapLibre | undefined>(undefined);
  /** The hash that the map itself wrote last: the map need not follow it. */
  const own = useRef('');
  const [ready, setReady] = useState(false);
  const [broken, setBroken] = useState('');
  const [box, setBox] = useState<Box>();
  const notes = useRef(new Map<bigint, Note>());
  const [ended, setEnded] = useState<Ended[]>([]);
  const [version, setVersion] = useState(0);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [showPlaces, setShowPlaces] = useState(true);
  const [chosen, setChosen] = useState<bigint>();
  const [picked, setPicked] = useState<{id: string; name: string; category: string; at: LonLat}>();
  const [draft, setDraft] = useState<Draft>();
  const [way, setWay] = useState<Way>();
  /** The points of a path that is being drawn. */
  const [drawing, setDrawing] = useState<LonLat[]>();
  const [centre, setCentre] = useState<LonLat>(() => [view().longitude, view().latitude]);
  const [known, setKnown] = useState(false);
  const [denied, setDenied] = useState<Trouble>();
  const [astray, setAstray] = useState('');

  const kinds = useAsk(async signal => (await api.notes.listNoteKinds({}, {signal})).kinds, []);
  const names = kinds.value?.map(kind => kind.name) ?? ['hazard', 'closure', 'traffic', 'text'];

  useEffect(() => {
    tiles();
    let made: MapLibre;
    try {
      made = createMap(frame.current!, view(), 'Map of features and notes');
    } catch (e) {
      setBroken((e as Error).message);
      return;
    }
    map.current = made;
    (frame.current as unknown as {map: MapLibre}).map = made; // for tests, and for those who look
    made.once('load', () => {
      addLayers(made);
      setReady(true);
      setBox(around(made));
    });
    const moved = () => {
      if (map.current !== made || place.value.path !== '/map') {
        return; // another page was chosen while it moved
      }
      const {lng, lat} = made.getCenter();
      setCentre([wrapped(lng), lat]);
      const hash = `#${made.getZoom().toFixed(2)}/${lat.toFixed(5)}/${wrapped(lng).toFixed(5)}`;
      if (hash !== location.hash) {
        own.current = hash;
        go(`/map${hash}`, 'replace');
      }
      setBox(now => (now && covers(now, made) ? now : around(made)));
    };
    made.on('moveend', moved);
    made.on('error', () => {}); // a tile that is not there now is asked for again; what is refused is told below
    const refused = (event: Event) => setDenied((event as CustomEvent<Trouble>).detail);
    document.addEventListener('tile-denied', refused);
    const theme = () => {
      recolour(made);
      addImages(made, names);
      relook(made);
    };
    DARK.addEventListener('change', theme);
    return () => {
      DARK.removeEventListener('change', theme);
      document.removeEventListener('tile-denied', refused);
      map.current = undefined;
      made.remove();
    };
  }, []);

  // What the address says, after "back".
  const hash = place.value.hash;
  useEffect(() => {
    const made = map.current;
    const target = viewOf(hash);
    setAstray(hash !== '' && !target ? decoded(hash) : '');
    if (made && target && hash !== own.current) {
      own.current = '';
      const {lng, lat} = made.getCenter();
      if (distance([lng, lat], [target.longitude, target.latitude]) > 1 || Math.abs(made.getZoom() - target.zoom) > 0.02) {
        made.jumpTo({center: [target.longitude, target.latitude], zoom: target.zoom});
      }
    }
  }, [hash]);

  useEffect(() => {
    if (ready) {
      addImages(map.current!, names);
    }
  }, [ready, names.join()]);

  // Notes, as they come and go: of what is in sight, or along the way.
  const area = useMemo(
    () =>
      way
        ? {
            case: 'corridor' as const,
            value: create(guide.GeoCorridorSchema, {path: way.line.map(toE7), withinMetres: CORRIDORS[2]!}),
          }
        : box && box !== WORLD
          ? {case: 'box' as const, value: boxOf(box)}
          : {case: undefined},
    [way, box],
  );
  const areaKey = way ? way.name + way.line.length : JSON.stringify(box);
  const drawn = useRef<Drawn>({notes: new Map(), kinds: ''});
  const draw = useRef(false);
  const redraw = () => {
    if (!draw.current) {
      draw.current = true;
      requestAnimationFrame(() => {
        draw.current = false;
        setVersion(n => n + 1);
      });
    }
  };
  const {live, restarted} = useWatch(
    (start, signal) => api.notes.watchNotes({area, watch: start}, {signal}),
    event => {
      if (event.type === 'reset') {
        notes.current.clear();
        return;
      }
      setKnown(true);
      const {content} = event.message;
      if (content.case === 'opening' && content.value.beginning !== guide.SubscribeOpening_Beginning.RESUMED) {
        notes.current.clear();
      } else if (content.case === 'snapshot') {
        content.value.notes.forEach(note => notes.current.set(note.id, note));
      } else if (content.case === 'changes') {
        for (const {type, note} of content.value.events) {
          const why = WHY[type];
          if (why) {
            notes.current.delete(note!.id);
            setEnded(list => [{note: note!, why, at: Date.now()}, ...list].slice(0, 20));
          } else {
            notes.current.set(note!.id, note!);
          }
        }
        announce(`${counted(notes.current.size, 'note')} in sight`);
      }
      redraw();
    },
    {on: [areaKey], enabled: ready && mayReadNotes.value && (box !== undefined || way !== undefined)},
  );
  useEvery(2_000, () => setEnded(list => (list.length === 0 ? list : list.filter(each => Date.now() - each.at < ENDED_MILLIS))));

  // Places: the server counts them; a change has their tiles asked for again, at most once a second.
  const refresh = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(refresh.current), []);
  useWatch(
    (start, signal) =>
      api.features.watch({area: box && box !== WORLD ? {case: 'box', value: boxOf(box)} : {case: undefined}, start}, {signal}),
    event => {
      if (event.type === 'reset' || event.message.part.case === 'changes') {
        refresh.current ??= setTimeout(() => {
          refresh.current = undefined;
          map.current?.refreshTiles('features');
        }, REFRESH_MILLIS);
      }
    },
    {on: [JSON.stringify(box)], enabled: ready && mayReadFeatures.value && box !== undefined, changesOnly: true},
  );

  // What is drawn.
  const shown = useMemo(
    () => [...notes.current.values()].filter(note => !hidden.has(note.kind)),
    [version, hidden],
  );
  useEffect(() => {
    if (ready) {
      drawn.current = redrawn(map.current!, drawn.current, shown, names);
    }
  }, [ready, shown, names.join()]);
  useEffect(() => {
    if (ready) {
      for (const layer of ['cells', 'cell-counts', 'places', 'place-names']) {
        map.current!.setLayoutProperty(layer, 'visibility', showPlaces ? 'visible' : 'none');
      }
    }
  }, [ready, showPlaces]);
  useEffect(() => {
    if (!ready) {
      return;
    }
    source(map.current!, 'way').setData(lineOf(way?.line ?? []));
    if (way) {
      map.current!.fitBounds(boundsOf(way.line), {padding: 60, animate: false});
    }
  }, [ready, way]);
  useEffect(() => {
    if (ready) {
      const line = drawing ?? (draft?.to && draft.from ? [draft.from, draft.to] : []);
      source(map.current!, 'draft').setData(lineOf(line, drawing ?? (draft?.from ? [draft.from] : [])));
    }
  }, [ready, draft, drawing]);

  // What a click means.
  const drafting = useRef(draft);
  drafting.current = draft;
  const pen = useRef(drawing);
  pen.current = drawing;
  useEffect(() => {
    if (!ready) {
      return;
    }
    const made = map.current!;
    const clicked = (event: {point: {x: number; y: number}; lngLat: {lng: number; lat: number}}) => {
      const at: LonLat = [wrapped(event.lngLat.lng), event.lngLat.lat];
      if (pen.current) {
        setDrawing(before => [...(before ?? []), at]);
        return;
      }
      if (drafting.current) {
        made.easeTo({center: at, duration: 200});
        return;
      }
      const around5 = [
        [event.point.x - 6, event.point.y - 6],
        [event.point.x + 6, event.point.y + 6],
      ] as [[number, number], [number, number]];
      const hits = made.queryRenderedFeatures(around5, {layers: ['notes', 'note-clusters', 'places', 'cells']});
      choose(hits[0]);
    };
    made.on('click', clicked);
    return () => {
      made.off('click', clicked);
    };
  }, [ready]);

  function choose(hit: MapGeoJSONFeature | undefined) {
    setPicked(undefined);
    setChosen(undefined);
    if (!hit) {
      return;
    }
    const at = (hit.geometry as unknown as {coordinates: LonLat}).coordinates;
    if (hit.layer.id === 'notes') {
      setChosen(BigInt(hit.properties['id'] as string));
    } else if (hit.layer.id === 'places') {
      const {id, name, category} = hit.properties as Record<string, string>;
      setPicked({id: id ?? '', name: name ?? '', category: category ?? '', at});
    } else {
      const made = map.current!;
      made.easeTo({center: at, zoom: Math.min(18, made.getZoom() + 2)});
    }
  }

  const begin = () => {
    setChosen(undefined);
    setPicked(undefined);
    setDrawing(undefined);
    setDraft({key: crypto.randomUUID?.() ?? String(Math.random()), kind: 'hazard', text: '', author: '', from: undefined, to: undefined});
  };
  const beginDrawing = () => {
    setDraft(undefined);
    setChosen(undefined);
    setPicked(undefined);
    setDrawing([]);
  };
  const link = () => location.href;
  useKeys({
    n: () => (mayPost.value ? begin() : isAnonymous.value && signInNow()),
    y: () => void copy(link()),
    d: beginDrawing,
    Escape: () => {
      setDrawing(undefined);
      setDraft(undefined);
      setChosen(undefined);
      setPicked(undefined);
    },
  });

  const gpx = useGpx(setWay);
  const note = chosen === undefined ? undefined : notes.current.get(chosen);
  return (
    <div
      class={`sight${draft || drawing ? ' drafting' : ''}`}
      onDragOver={event => event.preventDefault()}
      onDrop={event => {
        event.preventDefault();
        const file = event.dataTransfer?.files[0];
        if (file) {
          gpx.read(file);
        }
      }}
    >
      <h1 class="unseen">Map</h1>
      <section class="mapbox" aria-label="Map">
        <div ref={frame} class="frame" data-role="map" data-ready={ready ? '' : undefined} />
        {(draft || drawing) && (
          <div class="cross" aria-hidden="true">
            <svg viewBox="0 0 40 40">
              <path d="M20 2v14M20 24v14M2 20h14M24 20h14" />
              <circle cx="20" cy="20" r="4" />
            </svg>
          </div>
        )}
        {broken && (
          <div class="failed over" role="alert">
            <p class="lead">No map can be drawn here</p>
            <p>{broken}</p>
            <p>The list works without a map.</p>
          </div>
        )}
      </section>
      <aside class="panel" aria-label="Notes and what lies ahead">
        <div class="toolbar">
          {mayReadNotes.value && <LiveMark live={live} quiet />}
          <span data-role="note-count" class="faint">
            {counted(shown.length, 'note')} {way ? 'along the way' : 'in sight'}
          </span>
          <span class="right">
            {mayPost.value ? (
              <button type="button" class="main" onClick={begin} disabled={draft !== undefined}>
                Post a note
              </button>
            ) : (
              isAnonymous.value && (
                <button type="button" data-role="sign-in-to-post" onClick={signInNow}>
                  Sign in to post
                </button>
              )
            )}
          </span>
        </div>
        {astray && (
          <p class="notice warn" role="alert" data-state="astray">
            <Stranger text={astray} class="mono" /> is no place on the map: it must be #ZOOM/LATITUDE/LONGITUDE, with a zoom of 0 to 18, a latitude of -85 to
            85 and a longitude of -180 to 180.
          </p>
        )}
        {denied && <Failed trouble={denied} />}
        {live.state === 'failed' && <Failed trouble={live.trouble} />}
        {restarted && (
          <p class="notice" role="status">
            The list was started again: {restarted}.
          </p>
        )}
        <fieldset class="chips kinds">
          <legend class="unseen">What is shown</legend>
          {names.map(kind => (
            <button
              type="button"
              key={kind}
              class="chip"
              aria-pressed={!hidden.has(kind)}
              data-kind={kind}
              onClick={() =>
                setHidden(before => {
                  const next = new Set(before);
                  if (!next.delete(kind)) {
                    next.add(kind);
                  }
                  return next;
                })
              }
            >
              <Mark kind={kind} /> {kind}
            </button>
          ))}
          {mayReadFeatures.value && (
            <button type="button" class="chip" aria-pressed={showPlaces} onClick={() => setShowPlaces(now => !now)}>
              <span aria-hidden="true" class="place-mark">
                ◉
              </span>{' '}
              places
            </button>
          )}
        </fieldset>
        {draft && (
          <NoteForm draft={draft} change={setDraft} kinds={kinds.value ?? []} centre={centre} close={() => setDraft(undefined)} posted={id => {
            setDraft(undefined);
            setChosen(id);
          }} />
        )}
        {picked && <Picked picked={picked} close={() => setPicked(undefined)} />}
        {note && <NoteCard key={String(note.id)} note={note} close={() => setChosen(undefined)} />}
        <div class="row">
          <label class="button">
            {way ? 'Another GPX' : 'Open a GPX'}
            <input
              type="file"
              accept=".gpx,application/gpx+xml"
              class="unseen"
              data-role="gpx"
              onChange={event => {
                const file = event.currentTarget.files?.[0];
                if (file) {
                  gpx.read(file);
                }
                event.currentTarget.value = '';
              }}
            />
          </label>
          {way && (
            <button type="button" class="quiet" onClick={() => setWay(undefined)}>
              Remove it
            </button>
          )}
          <button type="button" onClick={beginDrawing} disabled={drawing !== undefined}>
            Draw a path
          </button>
          {!way && <span class="faint small">or drop a file on the map: what lies ahead is listed</span>}
        </div>
        {drawing && (
          <Drawing
            points={drawing}
            add={() => setDrawing([...drawing, centre])}
            undo={() => setDrawing(drawing.slice(0, -1))}
            done={() => {
              setDrawing(undefined);
              setWay({name: 'Drawn path', line: drawing, toleranceMetres: 0, points: drawing.length, profile: []});
            }}
            cancel={() => setDrawing(undefined)}
          />
        )}
        {gpx.busy !== undefined && (
          <p role="status">
            <progress max={1} value={gpx.busy} /> reading the file
          </p>
        )}
        {gpx.wrong && (
          <div class="failed" role="alert" data-state="bad-gpx">
            <p class="lead">This file cannot be used</p>
            <p>
              <Stranger text={gpx.wrong} />
            </p>
          </div>
        )}
        {way ? (
          <Ahead way={way} notes={shown} map={() => map.current} choose={setChosen} />
        ) : (
          !known && mayReadNotes.value && live.state !== 'failed' ? <Loading lines={4} what="Loading notes" /> : <NoteList notes={shown} ended={ended} centre={centre} chosen={chosen} choose={setChosen} map={() => map.current} />
        )}
      </aside>
    </div>
  );
}

/** A path that is drawn by clicks on the map, or with the keyboard at the cross in its middle. */
function Drawing({
  points,
  add,
  undo,
  done,
  cancel,
}: {
  points: LonLat[];
  add: () => void;
  undo: () => void;
  done: () => void;
  cancel: () => void;
}): JSX.Element {
  const length = points.length > 1 ? along(points)[points.length - 1]! : 0;
  return (
    <section class="card" data-role="drawing" aria-label="Draw a path">
      <p class="faint small">Click on the map to add points; or move it under the cross with the arrow keys, and add the cross.</p>
      <p role="status">
        {counted(points.length, 'point')}
        {length > 0 && <>, {metresText(length)}</>}
      </p>
      <div class="row">
        <button type="button" onClick={add} disabled={points.length >= 10_000}>
          Add the cross
        </button>
        <button type="button" class="quiet" onClick={undo} disabled={points.length === 0}>
          Undo
        </button>
        <button type="button" class="main" onClick={done} disabled={length === 0}>
          Show what lies ahead
        </button>
        <button type="button" class="quiet" onClick={cancel}>
          Cancel
        </button>
      </div>
    </section>
  );
}

function useGpx(done: (way: Way) => void) {
  const [busy, setBusy] = useState<number>();
  const [wrong, setWrong] = useState('');
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  const read = (file: File) => {
    abort.current?.abort();
    const controller = new AbortController();
    abort.current = controller;
    setWrong('');
    setBusy(0);
    readGpx(file, file.name, controller.signal, setBusy)
      .then(done, e => controller.signal.aborted || setWrong((e as Error).message))
      .finally(() => controller.signal.aborted || setBusy(undefined));
  };
  return {busy, wrong, read};
}

const source = (map: MapLibre, name: string) => map.getSource(name) as GeoJSONSource;
const EMPTY = {type: 'FeatureCollection' as const, features: []};

function addLayers(map: MapLibre): void {
  const look = colours();
  map.addSource('features', {type: 'vector', tiles: ['guidepost://tile/{z}/{x}/{y}'], minzoom: 0, maxzoom: 16});
  map.addSource('way', {type: 'geojson', data: EMPTY});
  map.addSource('draft', {type: 'geojson', data: EMPTY});
  map.addSource('note-lines', {type: 'geojson', data: EMPTY});
  map.addSource('notes', {type: 'geojson', data: EMPTY, promoteId: 'id', cluster: true, clusterMaxZoom: 13, clusterRadius: 34});
  map.addLayer({
    id: 'cells',
    type: 'circle',
    source: 'features',
    'source-layer': 'features',
    filter: ['has', 'count'],
    paint: {
      'circle-radius': ['interpolate', ['linear'], ['log10', ['get', 'count']], 0, 3, 2, 9, 5, 18],
      'circle-color': look.place,
      'circle-opacity': 0.4,
      'circle-stroke-color': look.place,
      'circle-stroke-width': 1,
    },
  });
  map.addLayer({
    id: 'places',
    type: 'circle',
    source: 'features',
    'source-layer': 'features',
    filter: ['!', ['has', 'count']],
    paint: {
      'circle-radius': ['interpolate', ['linear'], ['zoom'], 2, 2.5, 8, 4, 14, 6],
      'circle-color': look.place,
      'circle-stroke-color': look.halo,
      'circle-stroke-width': 1.2,
    },
  });
  map.addLayer({id: 'way', type: 'line', source: 'way', layout: {'line-cap': 'round', 'line-join': 'round'}, paint: {'line-color': look.path, 'line-width': 4}});
  map.addLayer({id: 'note-lines', type: 'line', source: 'note-lines', paint: {'line-color': look.path, 'line-width': 4, 'line-dasharray': [1.5, 1]}});
  map.addLayer({id: 'draft', type: 'line', source: 'draft', paint: {'line-color': look.path, 'line-width': 3, 'line-dasharray': [1, 1]}});
  map.addLayer({
    id: 'draft-point',
    type: 'circle',
    source: 'draft',
    filter: ['==', ['geometry-type'], 'Point'],
    paint: {'circle-radius': 7, 'circle-color': look.path, 'circle-stroke-color': look.halo, 'circle-stroke-width': 2},
  });
  const label = {'text-color': look.label, 'text-halo-color': look.halo, 'text-halo-width': 1.4};
  map.addLayer({
    id: 'cell-counts',
    type: 'symbol',
    source: 'features',
    'source-layer': 'features',
    filter: ['all', ['has', 'count'], ['>', ['get', 'count'], 20]],
    layout: {'text-field': ['to-string', ['get', 'count']], 'text-font': FONT, 'text-size': 11, 'symbol-sort-key': ['-', 0, ['get', 'count']]},
    paint: label,
  });
  map.addLayer({
    id: 'place-names',
    type: 'symbol',
    source: 'features',
    'source-layer': 'features',
    filter: ['all', ['!', ['has', 'count']], ['!=', ['get', 'name'], '']],
    minzoom: 5,
    layout: {'text-field': ['slice', ['get', 'name'], 0, 60], 'text-font': FONT, 'text-size': 12, 'text-anchor': 'top', 'text-offset': [0, 0.5], 'text-padding': 4},
    paint: label,
  });
  map.addLayer({
    id: 'note-clusters',
    type: 'circle',
    source: 'notes',
    filter: ['has', 'point_count'],
    paint: {
      'circle-radius': ['interpolate', ['linear'], ['log10', ['get', 'point_count']], 0, 11, 4, 26],
      'circle-color': look.card,
      'circle-stroke-color': look.ink,
      'circle-stroke-width': 2,
    },
  });
  map.addLayer({
    id: 'note-cluster-counts',
    type: 'symbol',
    source: 'notes',
    filter: ['has', 'point_count'],
    layout: {'text-field': ['get', 'point_count_abbreviated'], 'text-font': FONT, 'text-size': 12, 'text-allow-overlap': true},
    paint: {'text-color': look.ink},
  });
  map.addLayer({
    id: 'notes',
    type: 'symbol',
    source: 'notes',
    filter: ['!', ['has', 'point_count']],
    layout: {
      'icon-image': ['get', 'image'],
      'icon-allow-overlap': true,
      'icon-size': ['match', ['get', 'severity'], 3, 1.15, 1, 0.8, 1],
    },
  });
  for (const layer of ['notes', 'note-clusters', 'places', 'cells']) {
    map.on('mouseenter', layer, () => (map.getCanvas().style.cursor = 'pointer'));
    map.on('mouseleave', layer, () => (map.getCanvas().style.cursor = ''));
  }
}

/** The theme's colours, for what is of the server. */
function relook(map: MapLibre): void {
  const look = colours();
  const set = (layer: string, name: string, value: string) => map.getLayer(layer) && map.setPaintProperty(layer, name as never, value as never);
  for (const layer of ['cells', 'places']) {
    set(layer, 'circle-color', look.place);
  }
  set('cells', 'circle-stroke-color', look.place);
  set('places', 'circle-stroke-color', look.halo);
  for (const layer of ['cell-counts', 'place-names']) {
    set(layer, 'text-color', look.label);
    set(layer, 'text-halo-color', look.halo);
  }
  for (const layer of ['way', 'note-lines', 'draft']) {
    set(layer, 'line-color', look.path);
  }
  set('note-clusters', 'circle-color', look.card);
  set('note-clusters', 'circle-stroke-color', look.ink);
  set('note-cluster-counts', 'text-color', look.ink);
}

const pointOf = (note: Note, kinds: string[]): GeoJSON.Feature => ({
  type: 'Feature',
  properties: {
    id: String(note.id),
    severity: note.severity,
    image: `note-${kinds.includes(note.kind) ? note.kind : 'other'}`,
  },
  geometry: {type: 'Point', coordinates: fromE7(note.point)},
});

/** What of the notes is on the map. */
interface Drawn {
  notes: Map<bigint, Note>;
  kinds: string;
}

/** Above this share of changes all notes are handed over again. */
const REDRAWN_SHARE = 0.3;

/** Hands the map what differs from what it has: of ten thousand notes one that is new is one. */
function redrawn(map: MapLibre, before: Drawn, notes: Note[], kinds: string[]): Drawn {
  const now: Drawn = {notes: new Map(notes.map(note => [note.id, note])), kinds: kinds.join()};
  const added = notes.filter(note => before.notes.get(note.id) !== note);
  const removed = [...before.notes.keys()].filter(id => !now.notes.has(id));
  if (added.length + removed.length === 0 && now.kinds === before.kinds) {
    return now;
  }
  if (now.kinds !== before.kinds || added.length + removed.length > REDRAWN_SHARE * notes.length) {
    void source(map, 'notes').setData({type: 'FeatureCollection', features: notes.map(note => pointOf(note, kinds))});
  } else {
    void source(map, 'notes').updateData({remove: removed.map(String), add: added.map(note => pointOf(note, kinds))});
  }
  if ([...added, ...removed.map(id => before.notes.get(id)!)].some(note => note.to)) {
    void source(map, 'note-lines').setData(linesData(notes));
  }
  return now;
}

const linesData = (notes: Note[]): GeoJSON.FeatureCollection => ({
  type: 'FeatureCollection',
  features: notes
    .filter(note => note.to)
    .map(note => ({
      type: 'Feature',
      properties: {},
      geometry: {type: 'LineString', coordinates: [note.point, ...note.via, note.to].map(point => fromE7(point))},
    })),
});

function lineOf(line: LonLat[], points: LonLat[] = []): GeoJSON.FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: [
      ...(line.length > 1 ? [{type: 'Feature' as const, properties: {}, geometry: {type: 'LineString' as const, coordinates: line}}] : []),
      ...points.map(point => ({type: 'Feature' as const, properties: {}, geometry: {type: 'Point' as const, coordinates: point}})),
    ],
  };
}

function boundsOf(line: LonLat[]): [LonLat, LonLat] {
  const low: LonLat = [Infinity, Infinity];
  const high: LonLat = [-Infinity, -Infinity];
  for (const [x, y] of line) {
    low[0] = Math.min(low[0], x);
    low[1] = Math.min(low[1], y);
    high[0] = Math.max(high[0], x);
    high[1] = Math.max(high[1], y);
  }
  return [low, high];
}

/** The map for those who do not see it: the same notes, nearest to the middle first. */
function NoteList({
  notes,
  ended,
  centre,
  chosen,
  choose,
  map,
}: {
  notes: Note[];
  ended: Ended[];
  centre: LonLat;
  chosen?: bigint;
  choose: (id: bigint) => void;
  map: () => MapLibre | undefined;
}): JSX.Element {
  const sorted = useMemo(
    () =>
      notes
        .map(note => ({note, off: distance(centre, fromE7(note.point))}))
        .sort((a, b) => a.off - b.off || Number(b.note.id - a.note.id)),
    [notes, centre],
  );
  if (!mayReadNotes.value) {
    return <NotAllowed>Your grants do not include notes.</NotAllowed>;
  }
  return (
    <>
      {ended.map(({note, why, at}) => (
        <p class="ended small" key={`${note.id}${at}`}>
          <Mark kind={note.kind} /> {note.kind} <Stranger text={note.text.slice(0, 80)} class="was" /> ended: {why}
        </p>
      ))}
      {sorted.length === 0 ? (
        <Empty title="No live notes here">
          <p class="faint">Move the map to look elsewhere{mayPost.value ? ', or post one' : ''}.</p>
        </Empty>
      ) : (
        <ol class="plain notes" data-role="notes" aria-label="Notes, nearest to the middle of the map first">
          {sorted.slice(0, LISTED).map(({note, off}) => (
            <li key={String(note.id)}>
              <button
                type="button"
                class="noteline"
                aria-pressed={note.id === chosen}
                data-note={String(note.id)}
                onClick={() => {
                  choose(note.id);
                  map()?.easeTo({center: fromE7(note.point), zoom: Math.max(map()!.getZoom(), 9)});
                }}
              >
                <Mark kind={note.kind} />
                <span class="grow">
                  <b>{note.kind}</b> <Stranger text={note.text.slice(0, 120)} />
                </span>
                <span class="faint small">{metresText(off)}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
      {sorted.length > LISTED && (
        <p class="faint">
          {LISTED} of {count(sorted.length)} are listed; zoom in for the others.
        </p>
      )}
    </>
  );
}

function Picked({picked, close}: {picked: {id: string; name: string; category: string; at: LonLat}; close: () => void}): JSX.Element {
  const found = useAsk(async signal => (await api.features.getFeature({id: picked.id}, {signal})).feature, [picked.id]);
  return (
    <section class="card" data-role="place">
      <h2 class="row">
        <Stranger text={picked.name || 'Unnamed'} />
        <button type="button" class="quiet" onClick={close} aria-label="Close">
          ✕
        </button>
      </h2>
      <p class="faint small mono">{written(picked.at)}</p>
      {picked.category && (
        <p>
          <Stranger text={picked.category} class="pill" />
        </p>
      )}
      {found.value && Object.keys(found.value.attributes).length > 0 && (
        <dl class="facts">
          {Object.entries(found.value.attributes).map(([name, value]) => (
            <div key={name}>
              <dt>
                <Stranger text={name} />
              </dt>
              <dd>
                <Stranger text={value} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      <CopyMenu
        items={[
          {what: 'CLI', text: () => cli('feature', 'get', '--id', picked.id)},
          {what: 'curl', text: () => curl(`/v1/features/${encodeURIComponent(picked.id)}`)},
        ]}
      />
    </section>
  );
}

interface AheadEntry {
  ahead: number;
  off: number;
  side: string;
  name: string;
  note?: Note;
  feature?: guide.Feature;
}

const SIDES: Record<number, string> = {1: 'L', 2: 'R', 3: ''};

/** What lies along the way, in the order of passing: places as the server found them, notes as they come. */
function Ahead({
  way,
  notes,
  map,
  choose,
}: {
  way: Way;
  notes: Note[];
  map: () => MapLibre | undefined;
  choose: (id: bigint) => void;
}): JSX.Element {
  const [within, setWithin] = useState(CORRIDORS[2]!);
  const metres = useMemo(() => along(way.line), [way]);
  const total = metres[metres.length - 1]!;
  const found = useAsk(
    async signal => {
      const features: guide.PathFeature[] = [];
      let length = total;
      let cut = false;
      const request = {corridor: {path: way.line.map(toE7), withinMetres: within}, filter: {named: true}, pageSize: AHEAD_MAX};
      for await (const answer of api.features.alongPath(request, {signal})) {
        features.push(...answer.features);
        length = answer.pathMetres;
        cut = answer.nextPageToken !== '';
      }
      return {features, length, cut};
    },
    [way, within],
  );
  const entries: AheadEntry[] = [
    ...(found.value?.features ?? []).map(each => ({
      ahead: each.aheadMetres,
      off: each.offPathMetres,
      side: SIDES[each.side] ?? '',
      name: each.feature!.name,
      feature: each.feature,
    })),
    ...notes.map(note => ({...beside(way.line, metres, fromE7(note.point)), side: '', name: note.text, note})).filter(each => each.off <= within),
  ].sort((a, b) => a.ahead - b.ahead);
  const pins: Pin[] = entries.slice(0, 300).map(each => ({
    at: each.ahead / total,
    mark: each.note ? lookOf(each.note.kind).mark : '◉',
    label: visible(each.name || each.note?.kind || ''),
    strong: each.note !== undefined,
  }));
  return (
    <section data-role="ahead">
      <h2>
        Ahead <Stranger text={way.name} /> <span class="faint">{metresText(found.value?.length ?? total)}</span>
      </h2>
      {way.toleranceMetres > 0 && (
        <p class="faint small">
          {count(way.points)} points, simplified to {count(way.line.length)}; the others are within {withinText(way.toleranceMetres)} of the line.
        </p>
      )}
      <Profile way={way} metres={metres} pins={pins} map={map} />
      <label class="row small">
        Within{' '}
        <select value={within} onChange={e => setWithin(Number(e.currentTarget.value))}>
          {CORRIDORS.map(each => (
            <option key={each} value={each}>
              {metresText(each)}
            </option>
          ))}
        </select>
      </label>
      {found.trouble && <Failed trouble={found.trouble} retry={found.retry} />}
      {found.loading && <Loading lines={4} cancel={found.cancel} />}
      {!found.loading && entries.length === 0 && <Empty title="Nothing is known along this route" />}
      <ol class="plain notes" data-role="ahead-list">
        {entries.slice(0, LISTED).map(each => (
          <li key={each.note ? `n${each.note.id}` : each.feature!.id}>
            <button
              type="button"
              class="noteline"
              onClick={() => {
                if (each.note) {
                  choose(each.note.id);
                }
                map()?.easeTo({center: fromE7((each.note ?? each.feature)!.point), zoom: Math.max(map()!.getZoom(), 9)});
              }}
            >
              <span class="number">{metresText(each.ahead)}</span>
              {each.note ? <Mark kind={each.note.kind} /> : <span class="place-mark">◉</span>}
              <span class="grow">
                {each.note && <b>{each.note.kind} </b>}
                <Stranger text={each.name.slice(0, 100)} />
              </span>
              <span class="faint small">
                {each.side}
                {metresText(each.off)}
              </span>
            </button>
          </li>
        ))}
      </ol>
      {(entries.length > LISTED || found.value?.cut) && (
        <p class="faint">
          The first {count(Math.min(LISTED, entries.length))} of {found.value?.cut ? 'more than ' : ''}
          {count(entries.length)}.
        </p>
      )}
    </section>
  );
}
