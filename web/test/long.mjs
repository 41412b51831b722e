// What takes minutes: a full table, an hour of changes, tabs that nobody looks at. `web/test.sh --long` runs them too.
import {fillMany, random} from './fixture.mjs';
import {check, e7, equal, join, measured, Server, tab, test, until, work} from './harness.mjs';
import {heap, longest, longTasks} from './measures.mjs';

const hide = (shown, hidden) =>
  shown.page.evaluate(value => {
    Object.defineProperty(document, 'hidden', {configurable: true, get: () => value});
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

const watches = async server => {
  const {domains} = await server.get('/v1/server:status');
  return domains.reduce((sum, domain) => sum + (domain.figures.watches ?? 0) + (domain.figures.subscribers ?? 0), 0);
};

test(
  'a million routes are counted, scrolled and looked up',
  async ({server}) => {
    await server.post('/v1/tables', {name: 'million'});
    const routes = Array.from({length: 1_000_000}, (_, i) => {
      const bits = (20 << 24) + i * 16;
      return [`${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}/28`, `192.0.2.${1 + (i % 9)}`, i % 50];
    });
    await server.routes('bgp-a', routes, 'million');
    const shown = await tab(server);
    let began = Date.now();
    await shown.go('/table?table=million');
    await shown.page.locator('.vrow').first().waitFor();
    measured('first rows of 1,000,000 (ms)', Date.now() - began);
    await until('all are counted', async () => (await shown.page.locator('[role="table"]').first().getAttribute('aria-rowcount')) === '1000001');
    check((await shown.page.locator('.vrow').count()) <= 60, 'rows in the page');
    await shown.page.fill('input[name=prefix]', '20.1.0.0/16');
    await shown.page.press('input[name=prefix]', 'Enter');
    await shown.sees('[data-role="rows"] .toolbar', '4,096 routes');
    began = Date.now();
    await shown.go('/route?q=20.5.6.7&table=million');
    await shown.sees('.bestline', '20.5.6.0/28');
    measured('an answer of 1,000,000, page and all (ms)', Date.now() - began);
    await shown.go('/route?q=20.0.0.0%2F8&table=million');
    await shown.sees('main', /more specific prefixes|No route covers/);
  },
  {long: true},
);

test(
  'an hour of changes in fast forward leaves the memory as it was',
  async ({server}) => {
    await fillMany(server);
    const shown = await tab(server, '/watch?table=many');
    await shown.sees('[data-live]', 'live');
    const update = async round => {
      const operations = Array.from({length: 4_000}, (_, i) => ({
        id: i + 1,
        add: {prefix: `11.0.${(i >> 8) & 255}.${i & 255}/32`, nextHop: `192.0.2.${1 + (i % 9)}`, metric: round},
      }));
      await server.post('/v1/routes:apply', {operations, source: 'bgp-a', table: 'many'});
    };
    let total = 0;
    const told = async () => Number(await shown.page.locator('[data-role="feed"]').getAttribute('data-total'));
    const play = async (rounds, from) => {
      for (let i = 0; i < rounds; i++) {
        await update(from + i);
        total += 4_000;
      }
      await until('all changes are told', async () => (await told()) === total);
    };
    await play(5, 1_000);
    const before = await heap(shown);
    await play(90, 2_000); // 360,000: an hour of 100 a second
    const after = await heap(shown);
    measured('heap of the live page before and after 360,000 changes (MB)', `${(before / 1e6).toFixed(1)}, ${(after / 1e6).toFixed(1)}`);
    check(after < before + 8e6, `the heap grew from ${before} to ${after}`);
    check((await shown.page.locator('.vrow').count()) <= 60, 'rows in the page');
  },
  {long: true, alone: true},
);

test(
  'a tab that nobody looks at holds no stream, and goes on where it was; eight tabs load',
  async ({server}) => {
    await until('the tabs of other tests are gone', async () => (await watches(server)) === 0);
    const before = 0;
    const shown = await tab(server, '/watch?prefix=172.29.0.0%2F16');
    await shown.sees('[data-live]', 'live');
    await until('one watch more', async () => (await watches(server)) === before + 1);
    await hide(shown, true);
    await until('no watch more', async () => (await watches(server)) === before);
    await server.routes('bgp-a', [['172.29.0.0/16', '192.0.2.1', 1]]);
    await server.routes('bgp-a', [['172.29.1.0/24', '192.0.2.1', 1]]);
    await hide(shown, false);
    await until('what happened meanwhile', async () => (await shown.page.locator('[data-role="feed"]').getAttribute('data-total')) === '2');
    const behind = await Promise.all(
      Array.from({length: 7}, async () => {
        const page = await shown.context.newPage();
        await page.addInitScript(() => Object.defineProperty(document, 'hidden', {configurable: true, get: () => true}));
        await page.goto(`${server.web}/route?q=10.1.2.3`);
        return page;
      }),
    );
    for (const page of behind) {
      await page.locator('.bestline').waitFor();
    }
    equal(await watches(server), before + 1, 'watches of eight tabs');
  },
  {long: true, alone: true},
);

test(
  'a watch that is too old begins again, and says so',
  async () => {
    const server = await Server.start(join(work, 'trimmed'), ['--history-revisions', '5']);
    await server.call('PATCH', '/v1/sources/bgp-a', {distance: 20});
    const shown = await tab(server, '/watch', {allowed: [/Failed to load/]});
    await shown.sees('[data-live]', 'live');
    await server.routes('bgp-a', [['10.0.0.0/8', '192.0.2.1', 1]]);
    await until('one change', async () => (await shown.page.locator('[data-role="feed"]').getAttribute('data-total')) === '1');
    await shown.page.locator('[data-role="feed"] button', {hasText: 'Pause'}).click();
    let metric = 2;
    await until('the log is trimmed', async () => {
      for (let i = 0; i < 20; i++) {
        await server.routes('bgp-a', [['10.0.0.0/8', '192.0.2.1', metric++]]);
      }
      const {journals} = await server.get('/v1/server:journals');
      return Number(journals[0].oldestRevision) > 5;
    });
    await server.kill('SIGTERM'); // what is in memory would do
    await server.restart();
    await shown.page.locator('[data-role="feed"] button', {hasText: 'Resume'}).click();
    await shown.sees('.notice', 'Started again');
    await shown.sees('[data-live]', 'live');
    await server.kill();
  },
  {long: true, alone: true},
);

test(
  '50,000 places are drawn, counted by the server until each can be',
  async ({server}) => {
    const next = random(50);
    const place = () => (next(1 << 30) >> 4) / (1 << 26);
    for (let i = 0; i < 50_000; i += 4_000) {
      await server.post('/v1/features:apply', {
        operations: Array.from({length: Math.min(4_000, 50_000 - i)}, (_, n) => ({
          id: n + 1,
          put: {id: `many-${i + n}`, name: `Place ${i + n}`, category: 'test', point: e7(-32 + 6 * place(), 118 + 8 * place())},
        })),
      });
    }
    const shown = await tab(server, '/map#6/-29/122');
    await shown.page.locator('[data-role="map"][data-ready]').waitFor();
    const onMap = run => shown.page.evaluate(`(${run})(document.querySelector('[data-role="map"]').map)`);
    await until('it is drawn', () => onMap(`map => map.loaded() && map.queryRenderedFeatures({layers: ['cells', 'places']}).length > 100`));
    const points = await onMap(`map => map.queryRenderedFeatures({layers: ['cells', 'places']}).length`);
    check(points < 20_000, `the server counts: ${points} points for 50,000`);
    await longTasks(shown);
    for (const by of [80, 120, -160, 60]) {
      await onMap(`map => new Promise(done => map.once('moveend', () => done()).panBy([${by}, ${by / 2}], {duration: 700}))`);
    }
    measured('points drawn for 50,000 places; longest task while the map moves (ms, software rendering)', `${points}; ${await longest(shown)}`);
    const tile = await server.get('/v1/features/tiles/0/0/0');
    check(Number(tile.features) >= 50_000 && tile.clustered, 'the tile of the world counts them');
  },
  {long: true, alone: true},
);

for (const [look, options] of [['forced colours', {forcedColors: 'active'}]]) {
  test(
    `what is chosen is seen with ${look}`,
    async ({server}) => {
      const shown = await tab(server, '/route?q=10.1.2.3', options);
      await shown.sees('.bestline', '10.1');
      const decoration = await shown.page.locator('nav a[aria-current]').evaluate(element => getComputedStyle(element).textDecorationLine);
      check(decoration.includes('underline'), decoration);
    },
    {long: true},
  );
}
