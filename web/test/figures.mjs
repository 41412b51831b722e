// That the figures of the pages are those of the server.
import {create, toBinary} from '@bufbuild/protobuf';
import {check, cli, client, copied, equal, tab, test, until} from './harness.mjs';

/** What a server sends as gRPC-Web: one message, and OK. */
function answer(schema, message) {
  const framed = (flag, bytes) => {
    const head = Buffer.alloc(5);
    head.writeUInt8(flag, 0);
    head.writeUInt32BE(bytes.length, 1);
    return Buffer.concat([head, bytes]);
  };
  const body = Buffer.concat([framed(0, toBinary(schema, create(schema, message))), framed(0x80, Buffer.from('grpc-status: 0\r\n'))]);
  return {status: 200, headers: {'content-type': 'application/grpc-web+proto'}, body};
}

test('the status page tells rates and percentiles of what the server counted', async ({server}) => {
  const {GetStatusResponseSchema} = await client();
  const began = 1_800_000_000n;
  const buckets = (...counts) => counts.map(BigInt);
  // Ten seconds lie between two answers, however fast they come: the page goes by the server's clock.
  const state = n => ({
    time: {seconds: began + 86_400n + 10n * n},
    started: {seconds: began},
    bucketBounds: [0.001, 0.01, 0.1],
    methods: [
      {method: 'guidepost.routes.v1.Routes/Lookup', ended: 1_000n + 500n * n, rejected: 10n + 20n * n, failed: 3n * n, cancelled: 7n, open: 2n, buckets: buckets(900, 95, 4, 1)},
      {method: 'guidepost.routes.v1.Routes/Watch', ended: 5n, open: 4n},
    ],
    domains: [
      {
        journal: {domain: 'routes', revision: 42n, changes: 100n + 250n * n, groups: 10n + 40n * n, writing: {seconds: n}, writingMax: {nanos: 70_000_000}, queuedChanges: 0n, logBytes: 5_000_000n},
        appendBuckets: [10n, 38n * n, 2n * n, 0n],
        figures: {entries: 1_234, watches: 4, watches_lagging: 1},
      },
    ],
    figures: {processors: 2, cpu_seconds: 50 + 5 * Number(n), heap_bytes: 64_000_000, heap_bytes_max: 256_000_000, connections: 3, web_connections: 2, writable: 1, disk_bytes: 1e12, disk_free_bytes: 1e10, queued_changes_max: 1_000},
  });
  const shown = await tab(server);
  let asked = 0n;
  await shown.context.route('**/guidepost.server.v1.Server/GetStatus', route => route.fulfill(answer(GetStatusResponseSchema, state(asked++))));
  await shown.go('/status');
  const plot = title => `.plot:has(h2:text-matches("^${title}"))`;
  await shown.sees(plot('Calls'), /50\/s\s*, 2\.3\/s failed or rejected/);
  await shown.sees(plot('Changes written'), '25/s');
  await shown.sees(plot('Processor'), '50 %');
  await shown.sees(plot('Heap'), '64 MB');
  const method = await shown.page.locator('[data-role="methods"] tr', {hasText: 'Routes/Lookup'}).locator('td').allInnerTexts();
  const n = (Number(method[3].replace(',', '')) - 1_000) / 500;
  check(n >= 1, `ended: ${method[3]}`);
  equal(method, ['Routes/Lookup', '50/s', '2', method[3], String(10 + 20 * n), String(3 * n), '7', '≤ 1.0 ms', '≤ 10 ms'], 'a method');
  const domain = await shown.page.locator('[data-role="domains"] tbody td').allInnerTexts();
  equal(domain.map(text => text.replaceAll(/\s+/g, ' ')), ['routes', '1,234', 'r42', 'the first', '0', '25 ms', '≤ 100 ms', '70 ms', '0', '5.0 MB', '4◐ 1 behind'], 'a domain');
  await shown.sees('[data-role="head"]', /uptime\s+1 d/);
  await shown.sees('[data-role="head"]', /connections\s+3 gRPC, 2 web/);
  await shown.sees('[data-role="head"] .wrong', /disk free/);
});

test('size and churn are those of the log', async ({server}) => {
  await server.post('/v1/tables', {name: 'churned'});
  const prefixes = Array.from({length: 20}, (_, i) => `10.77.${i}.0/24`);
  await server.routes('bgp-a', prefixes.map(prefix => [prefix, '192.0.2.1', 1]), 'churned');
  await server.routes('bgp-a', prefixes.slice(0, 5).map(prefix => [prefix, '192.0.2.1', 2]), 'churned');
  await server.post('/v1/routes:apply', {table: 'churned', source: 'bgp-a', operations: prefixes.slice(0, 8).map((deletePrefix, i) => ({id: i + 1, deletePrefix}))});
  const shown = await tab(server, '/table?table=churned');
  await shown.sees('[data-role="trend"]', /12 routes now; 33 changes/);
  await shown.sees('[data-role="families"]', 'Now 12 IPv4 routes of 12 prefixes, 0 IPv6 routes of 0 prefixes');
  // The area of the bars is to the log as any one's is: all bars have one scale.
  const sums = await shown.page.locator('[data-role="trend"] .churn').evaluate(svg =>
    ['added', 'updated', 'removed'].map(kind => [...svg.querySelectorAll(`rect.${kind}`)].reduce((sum, rect) => sum + Number(rect.getAttribute('height')), 0)),
  );
  const one = sums[0] / 20;
  equal(sums.map(sum => Math.round(sum / one)), [20, 5, 8], 'bars');
});

test('a list begins with the prefix that one jumps to, and so does what is copied', async ({server}) => {
  await server.post('/v1/tables', {name: 'long'});
  await server.routes('bgp-a', Array.from({length: 9_000}, (_, i) => [`10.${i >> 8}.${i & 255}.0/24`, '192.0.2.1', 1]), 'long');
  await server.routes('ospf', [['10.40.0.0/16', '192.0.2.2', 1]], 'long');
  const shown = await tab(server, '/table?table=long');
  await shown.sees('[data-role="rows"] .toolbar', '9,001 routes');
  await shown.page.fill('input[name=from]', '10.34.0.0/16');
  await shown.page.press('input[name=from]', 'Enter');
  await shown.sees('.vrow', '10.34.0.0/24');
  await shown.sees('[data-role="rows"] .toolbar', /297 routes from 10\.34\.0\.0\/16 on/);
  equal(new URL(shown.page.url()).searchParams.get('from'), '10.34.0.0/16', 'the address');
  const words = (await copied(shown.page, 'CLI')).split(' ').slice(1);
  equal(cli(...words, '--count').trim(), '297', `the command line: ${words.join(' ')}`);
  const url = new URL(/curl -s '?([^' ]*)'?$/.exec(await copied(shown.page, 'curl'))[1]);
  equal((await server.get(`${url.pathname}${url.search}&countOnly=true`))[0].end.count, '297', `curl: ${url}`);
  await shown.page.fill('input[name=from]', '10.34.0.0/99');
  await shown.page.press('input[name=from]', 'Enter');
  await shown.sees('[data-state="invalid"]', 'must be 0 to 32');
  await shown.go('/table?table=long&from=10.200.0.0');
  await shown.sees('[data-state="empty"]', 'No such routes');
  await shown.page.locator('a', {hasText: 'Start at the first'}).click();
  await shown.sees('.vrow', '10.0.0.0/24');
}, {copies: true});

test('what is copied of a list and of a watch has its whole filter', async ({server}) => {
  const query = '?prefix=10.0.0.0%2F8&source=bgp-a&next_hop=192.0.2.1&tag=edge+eu&family=4&best=1';
  const fits = {sources: ['bgp-a'], tags: ['edge', 'eu'], next_hop: '192.0.2.1', family: 'ADDRESS_FAMILY_IPV4', best_only: true};
  const request = text => JSON.parse(/ -d '([^']*)' /.exec(text)[1]);
  const list = await tab(server, `/table${query}`);
  await list.sees('.vrow', '10.');
  equal(request(await copied(list.page, 'grpcurl')), {match_kind: 'MATCH_KIND_LONGER', prefix: '10.0.0.0/8', filter: fits}, 'grpcurl of the list');
  const shown = cli(...(await copied(list.page, 'CLI')).split(' ').slice(1), '--count').trim();
  await list.sees('[data-role="rows"] .toolbar', `${shown} route`);
  const watch = await tab(server, `/watch${query}`);
  await watch.sees('[data-live]', 'live');
  equal(request(await copied(watch.page, 'grpcurl')), {prefix: '10.0.0.0/8', filter: fits, start: {changes_only: true}}, 'grpcurl of the watch');
  const curl = await copied(watch.page, 'curl');
  for (const part of ['prefix=10.0.0.0', 'filter.sources=bgp-a', 'filter.tags=edge', 'filter.tags=eu', 'filter.nextHop=192.0.2.1', 'filter.family=ADDRESS_FAMILY_IPV4', 'filter.bestOnly=true']) {
    check(curl.includes(part), `${part} in ${curl}`);
  }
}, {copies: true});

test('lakes are water, near and far', async ({server}) => {
  const shown = await tab(server, '/map#2/47.7/-87.5');
  await shown.page.locator('[data-role="map"][data-ready]').waitFor();
  for (const [zoom, longitude, latitude] of [[2, -87.5, 47.7], [5, -87.5, 47.7], [7, 6.5, 46.45]]) {
    await shown.page.evaluate(([z, x, y]) => document.querySelector('[data-role="map"]').map.jumpTo({zoom: z, center: [x, y]}), [zoom, longitude, latitude]);
    await until(`a lake at ${latitude}, ${longitude}, zoom ${zoom}`, () =>
      shown.page.evaluate(
        ([x, y]) => {
          const {map} = document.querySelector('[data-role="map"]');
          return map.queryRenderedFeatures(map.project([x, y]), {layers: ['lakes']}).length > 0;
        },
        [longitude, latitude],
      ),
    );
  }
});
