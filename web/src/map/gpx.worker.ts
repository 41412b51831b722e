import {SaxesParser, type SaxesTagPlain} from 'saxes';
import type {FromWorker} from './gpx';

/** What the server takes of a corridor of notes. */
const POINTS_MAX = 10_000;
/** Larger files are no track of anybody's. */
const BYTES_MAX = 100 << 20;
const FIXES_MAX = 2_000_000;
const PROFILE = 400;

const RADIUS = 6_371_008.8;
const RADIANS = Math.PI / 180;

const post = (message: FromWorker) => postMessage(message);

interface Track {
  name: string;
  longitude: number[];
  latitude: number[];
  height: (number | undefined)[];
}

onmessage = ({data}: MessageEvent<Blob>) => {
  read(data).then(
    track => post({way: way(track)}),
    e => post({wrong: (e as Error).message.replace(/^\d+:\d+: /, '')}),
  );
};

async function read(file: Blob): Promise<Track> {
  if (file.size > BYTES_MAX) {
    throw new Error(`the file must be at most ${BYTES_MAX >> 20} MB`);
  }
  const track: Track = {name: '', longitude: [], latitude: [], height: []};
  const parser = new SaxesParser();
  let text = '';
  let path: string[] = [];
  let inside = false;
  parser.on('doctype', () => {
    throw new Error('the file declares a document type; a GPX file has none, and it is not read');
  });
  parser.on('error', e => {
    throw e;
  });
  parser.on('opentag', (tag: SaxesTagPlain) => {
    const name = tag.name.replace(/^.*:/, '');
    if (path.length === 0 && name !== 'gpx') {
      throw new Error(`a GPX file begins with <gpx>; this one begins with <${name.slice(0, 40)}>`);
    }
    path.push(name);
    text = '';
    if (name === 'trkpt' || name === 'rtept') {
      const latitude = Number(tag.attributes['lat']);
      const longitude = Number(tag.attributes['lon']);
      if (!(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180)) {
        throw new Error(`point ${track.latitude.length + 1} is nowhere: lat and lon must be degrees`);
      }
      if (track.latitude.length >= FIXES_MAX) {
        throw new Error('the file has more than 2,000,000 points');
      }
      track.latitude.push(latitude);
      track.longitude.push(longitude);
      track.height.push(undefined);
      inside = true;
    }
  });
  parser.on('text', more => {
    if (text.length < 1_000) {
      text += more;
    }
  });
  parser.on('closetag', (tag: SaxesTagPlain) => {
    const name = tag.name.replace(/^.*:/, '');
    if (name === 'ele' && inside) {
      const height = Number.parseFloat(text);
      track.height[track.height.length - 1] = Number.isFinite(height) ? height : undefined;
    } else if (name === 'name' && !inside && !track.name && path.length <= 3) {
      track.name = text.trim().slice(0, 200);
    } else if (name === 'trkpt' || name === 'rtept') {
      inside = false;
    }
    path.pop();
  });
  const reader = file.stream().pipeThrough(new TextDecoderStream()).getReader();
  let done = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parser.write(part.value);
    done += part.value.length;
    post({read: Math.min(1, done / file.size)});
  }
  parser.close();
  if (track.latitude.length < 2) {
    throw new Error('the file has no track or route with two points');
  }
  return track;
}

function distance(track: Track, a: number, b: number): number {
  const x = (track.longitude[b]! - track.longitude[a]!) * Math.cos(((track.latitude[a]! + track.latitude[b]!) / 2) * RADIANS);
  return Math.hypot(x, track.latitude[b]! - track.latitude[a]!) * RADIANS * RADIUS;
}

/** Which points a line needs to stay within a distance of all others (Douglas and Peucker), without recursion. */
function needed(track: Track, tolerance: number): number[] {
  const n = track.latitude.length;
  const keep = new Uint8Array(n);
  keep[0] = keep[n - 1] = 1;
  const spans: [number, number][] = [[0, n - 1]];
  while (spans.length > 0) {
    const [from, to] = spans.pop()!;
    const k = Math.cos(track.latitude[from]! * RADIANS);
    const bx = (track.longitude[to]! - track.longitude[from]!) * k;
    const by = track.latitude[to]! - track.latitude[from]!;
    const length2 = bx * bx + by * by;
    let farthest = 0;
    let at = 0;
    for (let i = from + 1; i < to; i++) {
      const x = (track.longitude[i]! - track.longitude[from]!) * k;
      const y = track.latitude[i]! - track.latitude[from]!;
      const t = length2 === 0 ? 0 : Math.max(0, Math.min(1, (x * bx + y * by) / length2));
      const off = Math.hypot(x - t * bx, y - t * by);
      if (off > farthest) {
        farthest = off;
        at = i;
      }
    }
    if (farthest * RADIANS * RADIUS > tolerance) {
      keep[at] = 1;
      spans.push([from, at], [at, to]);
    }
  }
  const kept: number[] = [];
  keep.forEach((value, i) => value && kept.push(i));
  return kept;
}

function way(track: Track) {
  let tolerance = 0;
  let kept = Array.from({length: track.latitude.length}, (_, i) => i);
  for (let next = 2; kept.length > POINTS_MAX; next *= 2) {
    tolerance = next;
    kept = needed(track, next);
  }
  return {
    name: track.name,
    line: kept.map((i): [number, number] => [track.longitude[i]!, track.latitude[i]!]),
    toleranceMetres: tolerance,
    points: track.latitude.length,
    profile: profile(track),
  };
}

function profile(track: Track): (number | undefined)[] {
  const metres = [0];
  for (let i = 1; i < track.latitude.length; i++) {
    metres.push(metres[i - 1]! + distance(track, i - 1, i));
  }
  const total = metres[metres.length - 1]!;
  let at = 0;
  return Array.from({length: PROFILE}, (_, i) => {
    const wanted = (total * i) / (PROFILE - 1);
    while (at < metres.length - 1 && metres[at + 1]! <= wanted) {
      at++;
    }
    return track.height[at];
  });
}
