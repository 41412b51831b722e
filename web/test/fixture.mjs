// What the pages are tested with, and shown with in their pictures.
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {e7, root} from './harness.mjs';

/** Numbers that are the same each time. */
export function random(seed) {
  let state = seed;
  return below => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) % below;
}

const written = bits => [24, 16, 8, 0].map(shift => (bits >>> shift) & 255).join('.');

export async function fill(server, token) {
  const post = (path, body) => server.post(path, body, token);
  for (const [name, distance] of [['bgp-a', 20], ['bgp-b', 20], ['ospf', 110]]) {
    await server.call('PATCH', `/v1/sources/${name}`, {distance}, token);
  }
  for (const name of ['red', 'many']) {
    await post('/v1/tables', {name});
  }
  const apply = (source, routes, table) =>
    post('/v1/routes:apply', {
      source,
      ...(table ? {table} : {}),
      operations: routes.map(([prefix, nextHop, metric, tags = []], i) => ({id: i + 1, add: {prefix, nextHop, metric, tags}})),
    });
  await apply('static', [['0.0.0.0/0', '192.0.2.254', 10], ['::/0', '2001:db8::fe', 10]]);
  await apply('bgp-a', [['10.0.0.0/8', '192.0.2.1', 10, ['core']], ['10.1.0.0/16', '192.0.2.1', 10, ['edge', 'eu']], ['2001:db8::/32', '2001:db8::1', 5]]);
  await apply('bgp-b', [['10.1.0.0/16', '192.0.2.2', 20], ['10.1.0.0/16', '192.0.2.3', 10]]);
  await apply('ospf', [['10.1.0.0/16', '192.0.2.9', 3]]);
  const next = random(7);
  const seen = new Set();
  const some = [];
  while (some.length < 1_500) {
    const length = 18 + ((next(1 << 20) >> 8) % 8);
    const bits = ((10 << 24) | ((((next(1 << 30) >> 6) & 0xffffff) >>> (32 - length)) << (32 - length))) >>> 0;
    const prefix = `${written(bits)}/${length}`;
    if (!seen.has(prefix) && bits >>> 16 !== 0x0a01) {
      seen.add(prefix);
      some.push([prefix, `192.0.2.${1 + ((next(1 << 20) >> 8) % 5)}`, (next(1 << 20) >> 8) % 100]);
    }
  }
  await apply('bgp-a', some);
  await apply('bgp-b', [['10.1.0.0/16', '192.0.2.2', 5]]);
  await apply('bgp-b', [['10.1.0.0/16', '192.0.2.2', 20]]);
  await apply('static', [['203.0.113.0/24', '198.51.100.1', 10]], 'red');
  await fillGuide(post);
}

async function fillGuide(post) {
  const [, ...lines] = readFileSync(join(root, 'cli/src/main/resources/guidepost/cli/places.csv'), 'utf8').trim().split('\n');
  await post('/v1/features:apply', {
    operations: lines.map((line, i) => {
      const [name, latitude, longitude, category, country] = line.match(/("[^"]*"|[^,]*)(,|$)/g).map(each => each.replace(/,$/, '').replaceAll('"', ''));
      return {id: i + 1, put: {id: `place-${i}`, name, category, attributes: {country}, point: e7(latitude, longitude)}};
    }),
  });
  const note = (author, kind, text, latitude, longitude, more = {}) => post('/v1/notes', {note: {author, kind, text, point: e7(latitude, longitude), ...more}});
  const own = author => author; // a server that asks who calls takes the caller's own name
  await note(own('anna'), 'hazard', 'Rocks on the road', 46.55, 7.98, {severity: 'NOTE_SEVERITY_HIGH'});
  await note(own('ben'), 'traffic', 'Slow between the tunnels', 46.75, 7.63);
  await note(own('cleo'), 'closure', 'Pass closed until spring', 46.57, 8.41, {to: e7(46.68, 8.59), severity: 'NOTE_SEVERITY_HIGH'});
  await note(own('dan'), 'text', 'Good coffee at the station', 46.95, 7.44);
  await note(own('eve'), 'hazard', 'Ice before the bridge', 47.05, 8.31);
  const began = Date.now() - 3_600_000;
  const fixes = Array.from({length: 600}, (_, i) => ({
    point: e7(46.94 - (0.39 * i) / 600 + 0.01 * Math.sin(i / 15), 7.44 + (0.54 * i) / 600 + 0.01 * Math.cos(i / 20)),
    time: new Date(began + i * 5_000).toISOString(),
    altitudeMetres: 540 + 900 * Math.sin(i / 200) ** 2,
    speedMetresPerSecond: 12 + 6 * Math.sin(i / 30),
  }));
  await post('/v1/trips:append', {start: {tripId: 'berne-hut', traveller: 'anna', name: 'Berne to the hut'}, batch: {number: 1, fixes}});
}

let many = false;

/** 100,000 routes in a table of their own. */
export async function fillMany(server) {
  if (!many) {
    many = true;
    await server.routes('bgp-a', Array.from({length: 100_000}, (_, i) => [`${written(((11 << 24) + i) >>> 0)}/32`, `192.0.2.${1 + (i % 9)}`, i % 50]), 'many');
  }
}
