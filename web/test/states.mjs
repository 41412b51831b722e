// What pages show when things are not well, and to those who see or move differently.
import {check, cli, equal, isLong, join, measured, Server, tab, test, until, work, writeFileSync} from './harness.mjs';
import {heap, longest, longTasks} from './measures.mjs';

const PAGES = ['/', '/route?q=10.1.2.3', '/table', '/watch', '/map#6/46.8/8', '/trips', '/trips/berne-hut', '/status', '/api'];
const CALLS = '**/guidepost.*/**';

/** Every call of a page ends with this status, and a text that may be markup. */
const ending = (code, text) => route =>
  route.fulfill({status: 200, headers: {'content-type': 'application/grpc-web+proto', 'grpc-status': String(code), 'grpc-message': encodeURIComponent(text)}, body: ''});

for (const [name, code, state, some] of [
  ['not signed in', 16, '[data-state="signed-out"]', /route|map/],
  ['not allowed', 7, '[data-state="denied"], [data-state="signed-out"], [data-live="failed"]', /table|map/],
  ['the server is overloaded', 8, '[data-state="error"], [data-live="disconnected"]', /^\/$|watch/],
  ['the server fails', 13, '[data-state="error"], [data-live="disconnected"]', /trips|status/],
]) {
  test(`every page says it: ${name}`, async ({server}) => {
    const shown = await tab(server, undefined, {allowed: [/Failed to load resource/]});
    await shown.context.route(CALLS, ending(code, '<b>no</b>'));
    for (const path of PAGES.filter(each => isLong || some.test(each))) {
      await shown.go(path);
      await shown.page.locator(state).first().waitFor();
      const text = await shown.text('main');
      check(!/undefined|\[object|NaN/.test(text), `${path}: ${text}`);
      check(await shown.page.locator('nav a').first().isVisible(), 'one can go on');
    }
  });
}

test('a page that is cut off says how long, and goes on when there is a way again', async ({server}) => {
  const shown = await tab(server, '/watch', {allowed: [/Failed to load resource|ERR_/]});
  const session = await shown.context.newCDPSession(shown.page);
  await session.send('Network.enable');
  await shown.sees('[data-live]', 'live');
  const offline = value => session.send('Network.emulateNetworkConditions', {offline: value, latency: 0, downloadThroughput: -1, uploadThroughput: -1});
  await offline(true);
  await shown.context.setOffline(true);
  await server.routes('bgp-a', [['172.28.0.0/16', '192.0.2.1', 1]]);
  // A stream that is open stays so while nothing comes: a browser says only that the network is gone.
  await shown.page.evaluate(() => dispatchEvent(new Event('offline')));
  await offline(false);
  await shown.context.setOffline(false);
  await shown.page.evaluate(() => dispatchEvent(new Event('online')));
  await shown.sees('[data-live]', 'live');
  await shown.sees('[data-role="feed"]', '172.28.0.0/16');
}, {long: true});

const MARKED = ['.added', '.updated', '.removed'];

test('whoever sees no red and green tells states and kinds apart, by shape and word', async ({server}) => {
  const shown = await tab(server, '/map#8/46.8/8');
  const session = await shown.context.newCDPSession(shown.page);
  await session.send('Emulation.setEmulatedVisionDeficiency', {type: 'deuteranopia'});
  await shown.sees('[data-role="notes"]', 'Rocks on the road');
  const chips = await shown.page.locator('.kinds .note-mark').allInnerTexts();
  equal(new Set(chips).size, chips.length, `marks of kinds: ${chips}`);
  // On the map itself: the outlines of the images differ, whatever colour they are filled with.
  const outlines = await shown.page.evaluate(() => {
    const {map} = document.querySelector('[data-role="map"]');
    return map
      .listImages()
      .filter(name => name.startsWith('note-'))
      .map(name => {
        const {data} = map.getImage(name).data;
        return Array.from({length: data.length / 4}, (_, i) => (data[4 * i + 3] > 128 ? 1 : 0)).join('');
      });
  });
  check(outlines.length >= 5, `images: ${outlines.length}`);
  for (const [i, one] of outlines.entries()) {
    for (const other of outlines.slice(i + 1)) {
      const different = [...one].filter((bit, at) => bit !== other[at]).length;
      check(different > one.length / 50, `outlines differ in ${different} of ${one.length} pixels`);
    }
  }
  const pressed = shown.page.locator('.kinds .chip').first();
  const before = await pressed.evaluate(element => getComputedStyle(element).textDecorationLine);
  await pressed.click();
  const after = await pressed.evaluate(element => getComputedStyle(element).textDecorationLine);
  check(before !== after && /line-through/.test(after), `what is hidden is struck through: ${before}, ${after}`);
  await server.routes('bgp-a', [['172.27.0.0/16', '192.0.2.1', 1]]);
  await server.routes('bgp-a', [['172.27.0.0/16', '192.0.2.1', 2]]);
  await server.remove('bgp-a', '172.27.0.0/16');
  await server.routes('bgp-a', [['172.27.0.0/16', '192.0.2.1', 3]]);
  await shown.go('/route?q=172.27.0.0%2F16');
  await shown.sees('[data-role="changes"]', 'removed');
  const marks = [];
  for (const kind of MARKED) {
    const text = (await shown.page.locator(`[data-role="changes"] td${kind}`).first().innerText()).trim();
    check(/^\S\s+\w+$/.test(text), `${kind} has a shape and a word: ${text}`);
    marks.push(text);
  }
  equal(new Set(marks.map(text => text[0])).size, 3, `shapes: ${marks}`);
  const verdicts = shown.page.locator('[data-role="why"] td[data-label="Verdict"]');
  await shown.go('/route?q=10.1.2.3');
  await verdicts.nth(3).waitFor();
  for (const text of await verdicts.allInnerTexts()) {
    check(/^\S\s+\w/.test(text.trim()), `a verdict has a shape and words: ${text}`);
  }
  await shown.sees('[data-live]', 'live');
  check(/^\S\s+live/.test((await shown.text('[data-live]')).trim()), 'so has how live it is');
});

test('whoever wants less motion gets none', async ({server}) => {
  for (const [reducedMotion, expected] of [['no-preference', true], ['reduce', false]]) {
    const shown = await tab(server, '/route?q=172.26.0.1', {reducedMotion});
    await shown.sees('[data-live]', 'live');
    await server.routes('bgp-a', [['172.26.0.0/16', '192.0.2.1', expected ? 1 : 2]]);
    await shown.page.locator('.best[data-fresh]').waitFor();
    const style = await shown.page.locator('.best[data-fresh]').evaluate(element => getComputedStyle(element).animationName);
    equal(style !== 'none', expected, `an animation, with ${reducedMotion}: ${style}`);
    if (!expected) {
      await shown.go('/map#8/46.8/8');
      await shown.page.locator('.noteline', {hasText: 'Ice'}).click();
      check(!(await shown.page.evaluate(() => document.querySelector('[data-role="map"]').map.isMoving())), 'the map jumps');
    }
    await shown.close();
  }
});

test(
  'a reader that is slower than the changes is told how far behind, and catches up',
  async () => {
    const server = await Server.start(join(work, 'slow'), ['--memory-connection-max', '64KiB']);
    await server.call('PATCH', '/v1/sources/bgp-b', {distance: 20});
    const feed = await tab(server);
    const session = await feed.context.newCDPSession(feed.page);
    await session.send('Network.enable');
    const throttle = bytes => session.send('Network.emulateNetworkConditions', {offline: false, latency: 20, downloadThroughput: bytes, uploadThroughput: -1});
    await throttle(200_000); // before the stream begins: what is open stays as fast as it was
    await feed.go('/watch');
    await feed.sees('[data-live]', 'live');
    const told = async () => Number(await feed.page.locator('[data-role="feed"]').getAttribute('data-total'));
    const began = await told();
    let seen = false;
    const watching = feed.page
      .locator('[data-live="lagging"]')
      .waitFor()
      .then(() => (seen = true));
    let written = 0;
    for (let round = 1; !seen && round < 500; round++) {
      const operations = Array.from({length: 4_000}, (_, i) => ({
        id: i + 1,
        add: {prefix: `21.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}/32`, nextHop: `192.0.2.${1 + (i % 9)}`, metric: round, tags: [`round-${round}-${'x'.repeat(40)}`]},
      }));
      await server.post('/v1/routes:apply', {operations, source: 'bgp-b'});
      written += 4_000;
    }
    await watching;
    const text = await feed.text('[data-live]');
    check(/^\S\s+[\d,]+ revisions? behind/.test(text.trim()), `how far behind: ${text}`);
    measured('changes written until a throttled reader was told that it lags', `${written}: ${text.trim()}`);
    await throttle(-1);
    await feed.sees('[data-live]', 'live');
    await until('each change was told once', async () => (await told()) - began === written);
    await server.kill();
  },
  {long: true, alone: true},
);

test(
  'after a restore an open page begins again, and an old link says that it is of other data',
  async () => {
    const server = await Server.start(join(work, 'before'));
    await server.call('PATCH', '/v1/sources/bgp-a', {distance: 20});
    await server.routes('bgp-a', [['10.0.0.0/8', '192.0.2.1', 1]]);
    const file = join(work, 'backup.zip');
    cli('backup', file, '--data', server.data);
    await server.routes('bgp-a', [['10.0.0.0/8', '192.0.2.1', 2]]);
    const allowed = [/Failed to load resource|ERR_/];
    const glass = await tab(server, '/route?q=10.1.2.3', {allowed});
    await glass.sees('.best .facts', 'metric 2');
    const feed = await tab(server, '/watch', {allowed});
    await feed.sees('[data-live]', 'live');
    const {revision, timeline} = await server.get('/v1/routes:revision');
    const addresses = {web: new URL(server.web).host, grpc: server.grpc};
    await server.kill('SIGTERM');
    await glass.sees('[data-live="disconnected"]', 'disconnected');
    cli('restore', file, '--data', join(work, 'after'));
    const again = await Server.start(join(work, 'after'), [], addresses);
    await glass.sees('.best .facts', 'metric 1');
    await glass.sees('.notice', 'Started again');
    await feed.sees('.notice', 'Started again');
    await feed.sees('[data-live]', 'live');
    const link = `/route?q=10.1.2.3&at=r${revision}&timeline=${timeline}`;
    const old = await tab(again, link);
    await old.sees('[data-state="other-timeline"]', 'other data');
    await old.sees('[data-state="error"]', String(revision)); // which is not known any more
    await again.routes('bgp-a', [['10.0.0.0/8', '192.0.2.7', 0]]);
    await old.page.reload();
    await old.sees('.bestline', '192.0.2.7'); // now it is, and another state
    await old.sees('[data-state="other-timeline"]', 'other data');
    await again.kill();
  },
  {long: true, alone: true},
);

const GPX = '<gpx xmlns="http://www.topografix.com/GPX/1/1">';

test('a file that unfolds into gigabytes is refused, unread', async ({server}) => {
  const shown = await tab(server, '/map');
  const entities = Array.from({length: 12}, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('');
  const before = await heap(shown);
  for (const [name, text] of [
    ['laughs.gpx', `<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY e0 "lol">${entities}]>${GPX}<trk><name>&e12;</name></trk></gpx>`],
    ['quadratic.gpx', `<!DOCTYPE gpx [<!ENTITY e "${'x'.repeat(100_000)}">]>${GPX}<trk><name>${'&e;'.repeat(20_000)}</name></trk></gpx>`],
    ['outside.gpx', `<!DOCTYPE gpx SYSTEM "file:///etc/passwd" [<!ENTITY % p SYSTEM "http://192.0.2.1/x"> %p;]>${GPX}</gpx>`],
  ]) {
    writeFileSync(join(work, name), text);
    await shown.page.setInputFiles('[data-role="gpx"]', join(work, name));
    await shown.sees('[data-state="bad-gpx"]', 'document type');
  }
  writeFileSync(join(work, 'undeclared.gpx'), `${GPX}<trk><name>&e;</name><trkseg><trkpt lat="1" lon="1"/><trkpt lat="2" lon="2"/></trkseg></trk></gpx>`);
  await shown.page.setInputFiles('[data-role="gpx"]', join(work, 'undeclared.gpx'));
  await shown.sees('[data-state="bad-gpx"]', 'entity');
  const after = await heap(shown);
  check(after < before + 64e6, `the heap grew from ${before} to ${after}`);
});

test(
  'a GPX file of 20 MB is read while the page stays responsive',
  async ({server}) => {
    const point = i => `<trkpt lat="${(46 + i / 200_000).toFixed(7)}" lon="${(7 + Math.sin(i / 500) / 20 + i / 150_000).toFixed(7)}"><ele>${500 + (i % 900)}</ele><time>2026-07-01T08:00:00Z</time></trkpt>\n`;
    let text = `${GPX}<trk><name>Long way</name><trkseg>`;
    let points = 0;
    while (text.length < 20e6) {
      text += point(points++);
    }
    const file = join(work, 'long.gpx');
    writeFileSync(file, `${text}</trkseg></trk></gpx>`);
    const shown = await tab(server, '/map');
    await shown.page.locator('[data-role="map"][data-ready]').waitFor();
    await longTasks(shown);
    const began = Date.now();
    await shown.page.setInputFiles('[data-role="gpx"]', file);
    await shown.sees('[data-role="ahead"] h2', 'Long way');
    measured(`a GPX file of 20 MB, ${points} points: read after (ms), longest task of the page (ms)`, `${Date.now() - began}, ${await longest(shown)}`);
    await shown.sees('[data-role="ahead"]', /points, simplified to [\d,]+; the others are within/);
    await shown.page.locator('.profile .edge').waitFor();
  },
  {long: true, alone: true},
);
