import {appendFileSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {fill, fillMany} from './fixture.mjs';
import {check, cli, copied, e7, equal, isLong, join, measured, root, runAll, Server, tab, test, until, work, writeFileSync} from './harness.mjs';

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const PAGES = ['/', '/route?q=10.1.2.3', '/table', '/watch', '/map#6/46.8/8', '/trips/berne-hut', '/status', '/api'];

const ready = async shown => {
  await shown.page.locator('main[data-page]').waitFor();
  await until('nothing is loading', async () => (await shown.page.locator('.loading').count()) === 0);
};

// ---- 1: looking things up

test('the first page says how much there is, and what changed last', async ({server}) => {
  const shown = await tab(server, '/');
  await shown.sees('[data-role="numbers"]', /\d+\s+IPv4 routes/);
  await shown.sees('table.rows', 'added');
  await shown.sees('[data-live]', 'live');
  equal(await shown.page.title(), 'Routes · Guidepost', 'title');
});

test('a search takes both families, masks, mapped addresses and host bits, and says how it took them', async ({server}) => {
  const shown = await tab(server, '/');
  const search = async text => {
    await shown.page.fill('input[name=q]', text);
    await shown.page.press('input[name=q]', 'Enter');
  };
  for (const [typed, taken, found] of [
    ['10.1.2.3', undefined, '10.1.0.0/16'],
    ['10.1.2.3/8', '10.0.0.0/8', '10.0.0.0/8'],
    ['10.1.2.3 255.255.0.0', '10.1.0.0/16', '10.1.0.0/16'],
    ['::ffff:10.1.2.3', '10.1.2.3', '10.1.0.0/16'],
    ['2001:DB8:0::1', '2001:db8::1', '2001:db8::/32'],
    [' [2001:db8::1] ', '2001:db8::1', '2001:db8::/32'],
    ['192.0.2.1', undefined, '0.0.0.0/0'],
  ]) {
    await search(typed);
    await shown.sees('.bestline', found);
    equal(await shown.page.locator('[data-role="taken-as"]').count(), taken ? 1 : 0, `${typed} altered`);
    if (taken) {
      await shown.sees('[data-role="taken-as"]', taken);
    }
  }
  for (const garbage of ['10.1.2', '10.0.0.0/33', '10.0.0.1 255.0.255.0', 'hello', '2001::db8::1', '<img src=x>', '10.0.0.1 10.0.0.2 x']) {
    await search(garbage);
    await shown.sees('[data-state="invalid"]', /must be/);
  }
  await search('10.1.2.3');
  await shown.sees('.bestline', '10.1.0.0/16');
});

test('the best route stands first, with every other and what decided against it', async ({server}) => {
  const shown = await tab(server, '/route?q=10.1.2.3');
  const rows = shown.page.locator('[data-role="why"] tbody tr');
  await rows.nth(3).waitFor();
  equal(await rows.count(), 4, 'routes');
  const expected = await server.get('/v1/routes:explain?destination=10.1.2.3');
  for (const [i, {text}] of expected.candidates.entries()) {
    check((await rows.nth(i).innerText()).includes(text), `row ${i} must say: ${text}`);
  }
  equal((await shown.page.locator('[data-role="covered-by"] a').allInnerTexts()).map(each => each.trim()), expected.shorterPrefixes, 'covered by');
  await shown.page.locator('[data-role="covered-by"] a', {hasText: '10.0.0.0/8'}).click();
  await shown.sees('.bestline', '10.0.0.0/8');
  await shown.sees('[data-role="space"]', /more specific/);
  check((await shown.page.locator('.icicle rect').count()) > 10, 'the icicle has cells');
  await shown.page.locator('.tree button.twist').first().click();
  await shown.page.locator('.tree .tree li').first().waitFor();
});

test('what nothing covers is said, with what lies within it and what other tables have', async ({server}) => {
  const shown = await tab(server, '/route?q=10.9.0.0%2F16&table=red');
  await shown.sees('[data-state="empty"]', 'No route covers 10.9.0.0/16');
  await shown.sees('[data-state="empty"]', 'Other tables have a route');
  await shown.page.locator('[data-state="empty"] a', {hasText: 'default'}).click();
  await shown.sees('.bestline', /10\./);
});

test('a table, source or revision that is not there is an error with the words of the server', async ({server}) => {
  const shown = await tab(server, '/route?q=10.1.2.3&table=blue', {allowed: [/404|Failed to load/]});
  await shown.sees('[data-state="error"]', 'blue');
  await shown.go('/route?q=10.1.2.3&at=r999999');
  await shown.sees('[data-state="error"]', /999999/);
  await shown.go('/route?q=10.1.2.3&at=banana');
  await shown.sees('[data-state="invalid"]', /banana.*must be/);
  await shown.sees('[data-state="invalid"] .lead', 'Not a revision or a time');
  equal(await shown.page.locator('[data-state] button', {hasText: 'Try again'}).count(), 0, 'what cannot succeed is not offered');
});

test('what is at no address is said: a page, a parameter, a family, a place on the map', async ({server}) => {
  const shown = await tab(server, undefined, {allowed: [/404/]});
  for (const path of ['/nowhere', '/trips/a/b', '/table.html']) {
    const answer = await shown.go(path);
    equal(answer.status(), 404, `status of ${path}`);
    await shown.sees('main h1', 'No such page');
    await shown.sees('main', path);
  }
  await shown.page.locator('main a').click();
  await shown.sees('[data-role="numbers"]', 'routes');
  await shown.go('/table?prefxi=10.0.0.0%2F8');
  await shown.sees('[data-state="unknown-parameter"]', 'prefxi');
  await shown.go('/table?family=9');
  await shown.sees('[data-state="invalid"]', /family .9.: must be 4 or 6/);
  await shown.go('/watch?family=v6');
  await shown.sees('[data-state="invalid"]', /family/);
  await shown.go('/map#5/91/8');
  await shown.page.locator('[data-role="map"][data-ready]').waitFor();
  for (const hash of ['#5/91/8', '#5/NaN/8', '#1e9/46/8', '#99/46/8', '#5/46/1234', '#x', '#%E0%A4']) {
    await shown.page.evaluate(text => (location.hash = text), hash);
    await shown.sees('[data-state="astray"]', hash === '#%E0%A4' ? hash : decodeURIComponent(hash));
  }
  await shown.page.evaluate(() => (location.hash = '#5/-46/-170'));
  await until('a place that there is', async () => (await shown.page.locator('[data-state="astray"]').count()) === 0);
  // A map on its way somewhere does not come back when another page is chosen.
  await shown.page.evaluate(() => document.querySelector('[data-role="map"]').map.easeTo({center: [8, 46], duration: 60_000}));
  await shown.page.locator('nav a', {hasText: 'Status'}).click();
  await shown.sees('[data-serving="yes"]', 'serving');
  equal(new URL(shown.page.url()).pathname, '/status', 'the page');
});

// ---- 2: history and links

test('a copied link shows the same in another time zone, also after the routes have changed', async ({server}) => {
  const prefix = '172.20.0.0/16';
  await server.routes('bgp-a', [[prefix, '192.0.2.1', 10]]);
  await server.routes('bgp-a', [[prefix, '192.0.2.1', 20]]);
  const first = await tab(server, `/route?q=${prefix}`);
  await first.sees('.best .facts', 'metric 20');
  const link = await copied(first.page, 'link');
  check(/at=r\d+/.test(link) && /timeline=[0-9a-f]+/.test(link), `link must pin the moment: ${link}`);
  await server.routes('bgp-a', [[prefix, '192.0.2.9', 1]]);
  await first.sees('.bestline', '192.0.2.9');
  const parts = ['.bestline', '[data-role="why"]', '[data-role="covered-by"]'];
  const seen = async zone => {
    const shown = await tab(server, link.slice(server.web.length), {timezoneId: zone});
    await shown.sees('.bestline', '192.0.2.1');
    await shown.sees('.context', 'as of');
    return {texts: await Promise.all(parts.map(part => shown.text(part))), time: await shown.text('.context time'), utc: await shown.page.locator('.context time').first().getAttribute('title')};
  };
  const [tokyo, york] = [await seen('Asia/Tokyo'), await seen('America/New_York')];
  equal(tokyo.texts, york.texts, 'what is shown');
  equal(tokyo.utc, york.utc, 'UTC on hover');
  check(tokyo.time !== york.time && /GMT\+9|JST/.test(tokyo.time), `each in its own zone: ${tokyo.time}, ${york.time}`);
  const old = await tab(server, link.slice(server.web.length).replace(/timeline=\w+/, 'timeline=1234'));
  await old.sees('[data-state="other-timeline"]', 'restored');
}, {copies: true});

test('the history of a prefix is a timeline; any two moments can be compared', async ({server}) => {
  const prefix = '172.21.0.0/16';
  for (const metric of [10, 20, 30]) {
    await server.routes('bgp-a', [[prefix, '192.0.2.1', metric]]);
  }
  const shown = await tab(server, `/route?q=${prefix}`);
  const rows = shown.page.locator('[data-role="changes"] tbody tr');
  await rows.nth(2).waitFor();
  equal(await rows.count(), 3, 'changes');
  const marks = await shown.page.locator('.timeline .mark').count();
  check(marks >= 2 && marks <= 4, `marks, one for those close to each other, and now: ${marks}`);
  await rows.nth(2).locator('button').click();
  await shown.sees('[data-role="diff"]', 'metric 10');
  await shown.sees('[data-role="diff"]', 'metric 30');
  await shown.page.keyboard.press('[');
  await shown.sees('.best .facts', 'metric 20');
  await shown.page.keyboard.press('[');
  await shown.sees('.best .facts', 'metric 10');
  await shown.page.keyboard.press(']');
  await shown.sees('.best .facts', 'metric 20');
});

test('what is copied for a shell gives the same answer there', async ({server}) => {
  const shown = await tab(server, '/route?q=10.1.2.3');
  await shown.sees('.bestline', '10.1.0.0/16');
  const text = await copied(shown.page, 'text');
  check(text.includes('10.1.0.0/16') && text.includes('greater than the best route'), text);
  const curl = await copied(shown.page, 'curl');
  const url = /curl -s '?([^' ]*)'?$/.exec(curl)[1];
  equal((await (await fetch(url)).json()).prefix, '10.1.0.0/16', 'curl');
  const words = (await copied(shown.page, 'CLI')).split(' ').slice(1);
  check(cli(...words).includes('10.1.0.0/16'), 'the command line says the same, of this server');
  const grpcurl = await copied(shown.page, 'grpcurl');
  check(grpcurl.includes('guidepost.routes.v1.Routes/Explain') && grpcurl.includes(` ${server.grpc} `), `grpcurl names the server: ${grpcurl}`);
}, {copies: true});

// ---- 3: live

test('a change is seen at once, and after a restart none is missed and none seen twice', async ({server}) => {
  const shown = await tab(server, '/route?q=172.22.0.1', {allowed: [/Failed to load resource|ERR_/]});
  const feed = await tab(server, '/watch?prefix=172.22.0.0%2F16', {allowed: [/Failed to load resource|ERR_/]});
  await shown.sees('.bestline', '0.0.0.0/0');
  await shown.sees('[data-live]', 'live');
  await feed.sees('[data-live]', 'live');
  await server.routes('bgp-a', [['172.22.0.0/16', '192.0.2.1', 10]]);
  await shown.sees('.bestline', '172.22.0.0/16');
  const delays = [];
  for (let i = 1; i <= 8; i++) {
    await shown.page.evaluate(metric => {
      const seen = () => document.querySelector('.best .facts')?.textContent.includes(`metric ${metric}`);
      globalThis.seenAt = new Promise(resolve => {
        const observer = new MutationObserver(() => seen() && (observer.disconnect(), resolve(Date.now())));
        observer.observe(document.body, {subtree: true, childList: true, characterData: true});
      });
    }, 100 + i);
    await server.routes('bgp-a', [['172.22.0.0/16', '192.0.2.1', 100 + i]]);
    const written = Date.now();
    delays.push((await shown.page.evaluate(() => globalThis.seenAt)) - written);
  }
  delays.sort((a, b) => a - b);
  measured('a change is seen after, median and longest of 8 (ms after its acknowledgement)', `${delays[4]}, ${delays[7]}`);
  await until('9 changes in the feed', async () => (await feed.page.locator('[data-role="feed"]').getAttribute('data-total')) === '9');
  await server.kill('SIGKILL');
  await shown.sees('[data-live="disconnected"]', /disconnected for .*next try/);
  await server.restart();
  await server.routes('bgp-a', [['172.22.0.0/16', '192.0.2.7', 5]]);
  await server.routes('bgp-a', [['172.22.0.0/16', '192.0.2.8', 4]]);
  await shown.sees('.bestline', '192.0.2.8');
  await shown.sees('[data-live]', 'live');
  await until('11 changes in the feed', async () => (await feed.page.locator('[data-role="feed"]').getAttribute('data-total')) === '11');
  await new Promise(resolve => setTimeout(resolve, 300));
  equal(await feed.page.locator('[data-role="feed"]').getAttribute('data-total'), '11', 'changes, each once');
  await feed.page.locator('[data-role="feed"] button', {hasText: 'Pause'}).click();
  await feed.sees('[data-live]', 'paused');
  await server.routes('bgp-a', [['172.22.0.0/16', '192.0.2.8', 3]]);
  await feed.page.locator('[data-role="feed"] button', {hasText: 'Resume'}).click();
  await until('what happened meanwhile', async () => (await feed.page.locator('[data-role="feed"]').getAttribute('data-total')) === '12');
}, {alone: true});

// ---- 4: long lists

test('of 100,000 rows few are in the page; all can be found, copied and reached by key', async ({server}) => {
  await fillMany(server);
  const shown = await tab(server, '/table?table=many');
  const label = shown.page.locator('[role="table"]').first();
  await until('all are counted', async () => (await label.getAttribute('aria-rowcount')) === '100001');
  const inPage = () => shown.page.locator('.vrow').count();
  check((await inPage()) <= 60, `rows in the page: ${await inPage()}`);
  await shown.page.evaluate(() => {
    globalThis.longTasks = [];
    new PerformanceObserver(list => globalThis.longTasks.push(...list.getEntries().map(each => each.duration))).observe({type: 'longtask'});
  });
  const box = shown.page.locator('.virtual');
  for (const share of [0.2, 0.5, 0.9, 0.1]) {
    await box.evaluate((element, at) => (element.scrollTop = element.scrollHeight * at), share);
    await shown.page.waitForTimeout(60);
    check((await inPage()) <= 60, `rows in the page: ${await inPage()}`);
  }
  measured('longest task while scrolling 100,000 rows (ms)', Math.round(Math.max(0, ...(await shown.page.evaluate(() => globalThis.longTasks)))));
  const text = await copied(shown.page, 'text');
  equal((await until('all rows are copied', async () => {
    const lines = (await shown.page.evaluate(() => navigator.clipboard.readText())).split('\n');
    return lines.length > 100_000 && lines;
  })).length, 100_001, `lines, of ${text.length} characters`);
  await shown.page.fill('input[placeholder="Find in these rows"]', '11.1.134.159');
  await shown.page.press('input[placeholder="Find in these rows"]', 'Enter');
  await shown.page.locator('.vrow.active', {hasText: '11.1.134.159'}).waitFor();
  await shown.page.locator('h1').first().evaluate(() => document.activeElement.blur());
  await shown.page.keyboard.press('k');
  await shown.page.keyboard.press('Enter');
  await shown.sees('.bestline', '11.1.134.158');
}, {copies: true});

test('a filter is in the address, and one that cannot be is named', async ({server}) => {
  const shown = await tab(server, '/table?source=ospf');
  await until('one row', async () => (await shown.page.locator('.vrow').count()) === 1);
  await shown.page.fill('input[name=prefix]', '10.0.0.0/99');
  await shown.page.press('input[name=prefix]', 'Enter');
  await shown.sees('[data-state="invalid"]', 'must be 0 to 32');
  await shown.page.fill('input[name=prefix]', '198.18.0.0/15');
  await shown.page.press('input[name=prefix]', 'Enter');
  await shown.sees('[data-state="empty"]', 'No such routes');
  const [download] = await Promise.all([
    shown.page.waitForEvent('download'),
    (async () => {
      await shown.go('/table?source=bgp-b');
      await shown.page.locator('button', {hasText: 'Export CSV'}).click();
    })(),
  ]);
  check(readFileSync(await download.path(), 'utf8').startsWith('prefix,next_hop'), 'CSV');
});

// ---- 5: strangers

test('what a stranger wrote is text everywhere, and what does not show is shown', async ({server}) => {
  const evil = '<img src=x onerror=alert(1)>"\'><script>alert(2)</script>';
  const turned = 'safe\u202egnp.exe\u0007';
  await server.routes('bgp-a', [['172.23.0.0/16', '192.0.2.1', 1, ['<svg/onload=alert(3)>'], {interfaceName: '<b>eth0'}]]);
  await server.post('/v1/features:apply', {operations: [{id: 1, put: {id: 'evil', name: evil, category: evil.slice(0, 60), attributes: {[turned.replace('\u0007', '')]: evil}, point: e7(46.9, 8.2)}}]});
  await server.post('/v1/notes', {note: {author: evil.slice(0, 60), kind: 'text', text: evil + turned, point: e7(46.91, 8.21)}});
  await server.post('/v1/trips:append', {start: {tripId: 'evil <i>', traveller: evil.slice(0, 60), name: evil}, batch: {number: 1, fixes: [{point: e7(46.9, 8.2), time: '2026-07-01T08:00:00Z'}, {point: e7(46.91, 8.2), time: '2026-07-01T08:01:00Z'}]}, finish: true});
  const shown = await tab(server, '/route?q=172.23.0.1');
  await shown.sees('.best .facts', '<svg/onload=alert(3)>');
  await shown.sees('.bestline', '<b>eth0');
  await shown.go(`/route?q=${encodeURIComponent(evil)}`);
  await shown.sees('[data-state="invalid"]', '<img src=x');
  await shown.go('/map#12/46.91/8.21');
  await shown.sees('[data-role="notes"]', '<script>alert(2)');
  await shown.page.locator('.noteline').first().click();
  await shown.sees('[data-role="note"]', 'onerror');
  check((await shown.page.locator('[data-role="note"] .hidden-char').count()) >= 2, 'what does not show is marked');
  await shown.go('/trips/evil%20%3Ci%3E');
  await shown.sees('h2', 'onerror=alert(1)');
  const gpx = join(work, 'evil.gpx');
  writeFileSync(gpx, `<gpx><trk><name>${evil.replaceAll('<', '&lt;')}</name><trkseg><trkpt lat="46.9" lon="8.2"/><trkpt lat="46.95" lon="8.25"/></trkseg></trk></gpx>`);
  await shown.go('/map');
  await shown.page.setInputFiles('[data-role="gpx"]', gpx);
  await shown.sees('[data-role="ahead"] h2', 'onerror=alert(1)');
  await shown.sees('[data-role="ahead-list"]', 'onerror=alert(1)');
});

test('every page keeps to its policy, asks nobody else, and draws its map', async ({server}) => {
  const shown = await tab(server);
  await shown.page.addInitScript(() => {
    globalThis.violations = [];
    document.addEventListener('securitypolicyviolation', event => globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  for (const path of PAGES) {
    await shown.go(path);
    await ready(shown);
    if (path.startsWith('/map')) {
      await shown.page.locator('[data-role="map"][data-ready]').waitFor();
      const drawn = () =>
        shown.page.evaluate(() => {
          const map = document.querySelector('[data-role="map"]').map;
          return map.loaded() && map.queryRenderedFeatures({layers: ['land']}).length > 0 && map.queryRenderedFeatures({layers: ['places', 'cells']}).length > 0;
        });
      await until('land and places are drawn', drawn);
    }
    equal(await shown.page.evaluate(() => globalThis.violations), [], `violations of ${path}`);
  }
  const answer = await fetch(`${server.web}/`);
  check(/default-src 'none'/.test(answer.headers.get('content-security-policy')), 'policy');
  check(!/unsafe|\*/.test(answer.headers.get('content-security-policy')), 'a strict one');
  const asset = /\/assets\/index-[^"]+\.js/.exec(await answer.text())[0];
  check(/immutable/.test((await fetch(server.web + asset)).headers.get('cache-control')), 'assets are kept');
});

test('an idle page asks for nothing but its stream', async ({server}) => {
  const shown = await Promise.all(['/', '/route?q=10.1.2.3', '/table', '/watch', '/map#6/46.8/8'].map(path => tab(server, path)));
  for (const each of shown) {
    await each.sees('[data-live]', 'live');
    await ready(each);
  }
  await shown[4].page.locator('[data-role="map"][data-ready]').waitFor();
  let asked = [];
  shown.forEach(each => each.page.on('request', request => asked.push(request.url())));
  // What they need at first may come late, on a busy machine.
  await until('three seconds without a request', async () => {
    asked = [];
    await shown[0].page.waitForTimeout(3_000);
    return asked.length === 0;
  });
}, {alone: true});

test('the pages are small, and the first is soon there', async ({server}) => {
  const loaded = async (path, more) => {
    const shown = await tab(server);
    const paths = new Set(['/index.html']);
    shown.page.on('request', request => paths.add(new URL(request.url()).pathname));
    shown.page.on('worker', worker => paths.add(new URL(worker.url()).pathname));
    await shown.go(path);
    await ready(shown);
    await more(shown);
    const files = [...paths].filter(each => /^\/(assets\/|index.html|favicon)/.test(each) && !/fine-/.test(each));
    return {
      bytes: files.reduce((sum, each) => sum + readFileSync(join(root, 'web/dist/packed', `${each}.gz`)).length, 0),
      interactive: await shown.page.evaluate(() => performance.getEntriesByName('interactive')[0]?.startTime),
    };
  };
  const first = await loaded('/', async () => {});
  const answer = await loaded('/route?q=10.1.2.3', shown => shown.sees('.bestline', '10.1'));
  const map = await loaded('/map', shown => shown.page.locator('[data-role="map"][data-ready]').waitFor());
  measured('the first page (KB as sent, gzip)', Math.round(first.bytes / 1000));
  measured('the looking glass with an answer (KB as sent, gzip)', Math.round(answer.bytes / 1000));
  measured('the map (KB as sent, gzip)', Math.round(map.bytes / 1000));
  measured('the first page can be used after (ms)', Math.round(first.interactive));
  check(first.bytes > 10_000 && first.bytes <= 120_000, `first page: ${first.bytes} bytes`);
  check(answer.bytes <= 120_000, `looking glass: ${answer.bytes} bytes`);
  check(map.bytes > 400_000 && map.bytes <= 600_000, `map: ${map.bytes} bytes`);
}, {alone: true});

// ---- 6: notes, places, ways

test('a note that one posts is seen by another, who confirms it; sent twice it is one', async ({server}) => {
  const anna = await tab(server, '/map#11/47.5/7.6');
  const ben = await tab(server, '/map#11/47.5/7.6');
  await anna.sees('[data-live]', 'live');
  await ben.sees('[data-live]', 'live');
  await anna.page.locator('button', {hasText: 'Post a note'}).click();
  await anna.page.locator('[data-role="note-form"] label', {hasText: 'hazard'}).click();
  await anna.page.fill('textarea[name=text]', 'Ice on the bridge');
  await anna.page.fill('input[name=author]', 'anna');
  await anna.page.locator('[data-role="note-form"] button[type=submit]').dblclick();
  await ben.sees('[data-role="notes"]', 'Ice on the bridge');
  equal((await server.get('/v1/notes?circle.centre.latitudeE7=475000000&circle.centre.longitudeE7=76000000&circle.radiusMetres=1000')).notes.length, 1, 'notes');
  await anna.sees('[data-role="note"]', 'Ice on the bridge');
  await ben.page.locator('.noteline', {hasText: 'Ice on the bridge'}).click();
  await ben.page.fill('input[name=voter]', 'ben');
  await ben.page.locator('[data-role="confirm"]').click();
  await anna.sees('[data-role="confirmations"]', '1 confirmation');
  await anna.page.locator('[data-role="note"] button', {hasText: 'It is over'}).click();
  await ben.sees('.ended', 'closed');
  await until('the note is gone', async () => (await ben.page.locator('.noteline', {hasText: 'Ice on the bridge'}).count()) === 0);
});

test('notes go on after a restart, as a fresh list has them', async ({server}) => {
  const shown = await tab(server, '/map#8/46.8/8', {allowed: [/Failed to load resource|ERR_/]});
  await shown.sees('[data-role="notes"]', 'Rocks on the road');
  await server.kill('SIGKILL');
  await shown.sees('[data-live="disconnected"]', 'disconnected');
  await server.restart();
  await shown.page.evaluate(() => dispatchEvent(new Event('online')));
  await server.post('/v1/notes', {note: {author: 'zoe', kind: 'traffic', text: 'After the restart', point: e7(46.8, 8.0)}});
  await shown.sees('[data-role="notes"]', 'After the restart');
  const fresh = await tab(server, '/map#8/46.8/8');
  await fresh.sees('[data-role="notes"]', 'After the restart');
  const ids = async each => (await each.page.locator('[data-note]').evaluateAll(all => all.map(one => one.dataset.note))).sort();
  equal(await ids(shown), await ids(fresh), 'notes');
}, {alone: true});

test('a GPX file shows what lies ahead, as the contract tells it; what is none is refused', async ({server}) => {
  const line = Array.from({length: 200}, (_, i) => [46.94 - (0.39 * i) / 199, 7.44 + (0.54 * i) / 199, 500 + 3 * i]);
  const gpx = join(work, 'tour.gpx');
  writeFileSync(gpx, `<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><name>Tour</name><trkseg>${line.map(([lat, lon, ele]) => `<trkpt lat="${lat}" lon="${lon}"><ele>${ele}</ele></trkpt>`).join('')}</trkseg></trk></gpx>`);
  const shown = await tab(server, '/map');
  await shown.page.setInputFiles('[data-role="gpx"]', gpx);
  await shown.sees('[data-role="ahead"] h2', 'Tour');
  const answer = await server.post('/v1/features:alongPath', {corridor: {path: line.map(([lat, lon]) => e7(lat, lon)), withinMetres: 1000}, filter: {named: true}});
  const expected = answer.filter(each => each.feature).map(each => each.feature.name);
  check(expected.length > 0, 'there is something along it');
  await until('all are listed', async () => {
    const listed = await shown.page.locator('[data-role="ahead-list"] li .grow').allInnerTexts();
    return expected.every(name => listed.some(text => text.includes(name)));
  });
  await shown.sees('[data-role="ahead-list"]', 'Rocks on the road');
  check((await shown.page.locator('.profile .edge').count()) === 1, 'profile');
  await shown.page.locator('button', {hasText: 'Remove it'}).click();
  await shown.page.keyboard.press('d');
  await shown.page.evaluate(() => document.querySelector('[data-role="map"]').map.jumpTo({center: [7.44, 46.94], zoom: 8}));
  await shown.page.locator('button', {hasText: 'Add the cross'}).click();
  await shown.page.mouse.click(600, 500);
  await shown.sees('[data-role="drawing"]', /2 points, [\d.]+ km/);
  await shown.page.locator('button', {hasText: 'Show what lies ahead'}).click();
  await shown.sees('[data-role="ahead"] h2', 'Drawn path');
  await shown.page.selectOption('[data-role="ahead"] select', '5000');
  await shown.sees('[data-role="ahead-list"]', 'Bern');
  for (const [name, text, said] of [
    ['bomb.gpx', '<!DOCTYPE gpx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><gpx><name>&b;</name></gpx>', /document type/],
    ['page.html', '<html><body>no</body></html>', /begins with <html>/],
    ['cut.gpx', '<gpx><trk><trkseg><trkpt lat="1" lon="2">', /unclosed|two points/],
    ['far.gpx', '<gpx><trk><trkseg><trkpt lat="91" lon="2"/></trkseg></trk></gpx>', /nowhere/],
  ]) {
    writeFileSync(join(work, name), text);
    await shown.page.setInputFiles('[data-role="gpx"]', join(work, name));
    await shown.sees('[data-state="bad-gpx"]', said);
  }
});

test('a trip has its way, speed and height, and can be saved; one under way goes on', async ({server}) => {
  const shown = await tab(server, '/trips');
  await shown.page.locator('.tripline', {hasText: 'Berne to the hut'}).click();
  await shown.sees('[data-role="trip-facts"]', /distance\s+6\d\.\d km/);
  await shown.sees('[data-role="plots"]', 'km/h');
  await shown.page.locator('[data-role="track-map"][data-ready]').waitFor();
  const before = await shown.text('[data-role="trip-facts"]');
  await server.post('/v1/trips:append', {start: {tripId: 'berne-hut'}, batch: {number: 2, fixes: [{point: e7(46.56, 7.99), time: new Date().toISOString()}]}});
  await until('the trip has gone on', async () => (await shown.text('[data-role="trip-facts"]')) !== before);
  const [download] = await Promise.all([shown.page.waitForEvent('download'), shown.page.locator('[data-role="save-gpx"]').click()]);
  const text = readFileSync(await download.path(), 'utf8');
  equal(text.match(/<trkpt /g).length, 601, 'fixes in the file');
});

// ---- 7: who may what

test('one signs in with a token, which is nowhere stored, and otherwise reads what is open; what one may not do is not offered', async fixture => {
  const guarded = await fixture.guarded();
  const {server, tokens, file} = guarded;
  const shown = await tab(server, '/route?q=10.1.2.3', {allowed: [/401|403|Failed to load/]});
  await shown.sees('[data-state="signed-out"]', 'Sign in');
  const signIn = async (token, keep = false) => {
    if ((await shown.page.locator('dialog').count()) === 0) {
      await shown.page.locator('button', {hasText: /^Sign in/}).first().click();
    }
    await shown.page.fill('input[name=token]', token);
    await shown.page.locator('dialog input[type=checkbox]').setChecked(keep);
    await shown.page.locator('dialog button[type=submit]').click();
  };
  await signIn('t\u00f6ken');
  await shown.sees('dialog .wrong', /Character 2 is .\u00f6.: a token has only/);
  await signIn('two words');
  await shown.sees('dialog .wrong', 'Character 4 is a space');
  await signIn('wrong-token-wrong-token');
  await shown.sees('dialog .wrong', 'does not accept');
  await signIn(tokens.reader);
  await shown.sees('.who', 'reader');
  await shown.sees('.bestline', '10.1.0.0/16');
  equal(await shown.page.evaluate(() => [document.cookie, Object.keys(localStorage).length, Object.keys(sessionStorage).length]), ['', 0, 0], 'stored');
  check(!shown.page.url().includes(tokens.reader), 'not in the address');
  await shown.page.locator('nav a', {hasText: 'Map'}).click();
  await shown.sees('[data-live]', 'live');
  await shown.page.locator('.noteline', {hasText: 'Rocks'}).click();
  await shown.sees('[data-role="note"]', 'hazard');
  equal(await shown.page.locator('[data-role="confirm"]').count(), 0, 'votes are not offered');
  equal(await shown.page.locator('button', {hasText: /post/i}).count(), 0, 'posting is not offered');
  await shown.page.evaluate(() => document.dispatchEvent(new Event('sign-in')));
  await signIn('another-wrong-token');
  await shown.sees('dialog .wrong', 'does not accept');
  await shown.page.locator('dialog button', {hasText: 'Cancel'}).click();
  await shown.sees('.who', 'reader');
  await shown.page.locator('nav a', {hasText: 'Routes'}).click();
  await shown.sees('[data-role="numbers"]', 'IPv4 routes');
  await shown.page.locator('button', {hasText: 'Sign out'}).click();
  await shown.sees('[data-state="signed-out"]', 'Sign in');
  await shown.go('/table');
  await shown.sees('[data-state="signed-out"]', 'Sign in');
  await signIn(tokens.narrow);
  await shown.sees('nav[aria-label="Tables"]', 'red');
  check(!(await shown.text('nav[aria-label="Tables"]')).includes('default'), 'only its tables');
  await shown.go('/table?table=default');
  await shown.page.reload();
  await shown.sees('[data-state="signed-out"]', 'Sign in');
  await signIn(tokens.writer, true);
  await shown.sees('.who', 'writer');
  await shown.page.reload();
  await shown.sees('.who', 'writer');
  await shown.go('/map#9/46.8/8');
  await shown.page.locator('button', {hasText: 'Post a note'}).click();
  await shown.page.locator('[data-role="note-form"] label', {hasText: 'text'}).first().click();
  await shown.page.fill('textarea[name=text]', 'Kept when the token ends');
  cli('token', 'revoke', 'writer', '--access-tokens', file);
  await until('the token is revoked', async () => (await fetch(`${server.web}/v1/tables`, {headers: {Authorization: `Bearer ${tokens.writer}`}})).status === 401);
  await shown.page.locator('[data-role="note-form"] button[type=submit]').click();
  await shown.sees('[data-role="note-form"] [data-state="signed-out"]', 'token is not valid');
  equal(await shown.page.inputValue('textarea[name=text]'), 'Kept when the token ends', 'the draft');
  await readAnonymously(guarded);
});

/** Whoever has not signed in reads what is open to everybody, and is offered nothing else. */
async function readAnonymously({server, tokens, access}) {
  appendFileSync(access, '  - {who: anonymous, role: reader, tables: [default], sources: ["*"], layers: [default], travellers: [self]}\n');
  await until('the access file is read again', async () => (await fetch(`${server.web}/v1/tables`)).status === 200);
  const shown = await tab(server, '/route?q=10.1.2.3', {allowed: [/401|Failed to load/]});
  await shown.sees('.bestline', '10.1.0.0/16');
  await shown.sees('.who', /read-only[\s\S]*Sign in/);
  await shown.sees('[data-live]', 'live');
  await shown.go('/table');
  await shown.sees('nav[aria-label="Tables"]', 'default');
  check(!(await shown.text('nav[aria-label="Tables"]')).includes('red'), 'only what is open');
  await shown.go('/route?q=203.0.113.1&table=red');
  await shown.sees('[data-state="signed-out"]', 'not open to everybody');
  await shown.go('/map#8/46.8/8');
  await shown.sees('[data-role="notes"]', 'Rocks on the road');
  equal(await shown.page.locator('button', {hasText: 'Post a note'}).count(), 0, 'posting is not offered');
  await shown.page.locator('.noteline', {hasText: 'Rocks'}).click();
  await shown.sees('[data-role="note"]', 'hazard');
  equal(await shown.page.locator('[data-role="confirm"], [name=voter]').count(), 0, 'votes are not offered');
  await shown.page.locator('nav a', {hasText: 'Trips'}).click();
  await shown.sees('[data-state="signed-out"]', 'Sign in to see this');
  await shown.page.locator('nav a', {hasText: 'Map'}).click();
  await shown.page.locator('[data-role="sign-in-to-post"]').click();
  await shown.page.fill('input[name=token]', 'wrong-token');
  await shown.page.locator('dialog button[type=submit]').click();
  await shown.sees('dialog .wrong', 'does not accept');
  await shown.page.fill('input[name=token]', tokens.other);
  await shown.page.locator('dialog button[type=submit]').click();
  await shown.sees('.who', 'other');
  await shown.page.locator('button', {hasText: 'Post a note'}).waitFor();
  await shown.page.locator('nav a', {hasText: 'Trips'}).click();
  await shown.sees('[data-role="trips"]', 'Berne to the hut');
  await shown.page.locator('button', {hasText: 'Sign out'}).click();
  await shown.sees('.who', 'read-only');
  await shown.sees('[data-state="signed-out"]', 'Sign in to see this');
  await shown.page.locator('nav a', {hasText: 'Status'}).click();
  await shown.sees('[data-serving="yes"]', 'serving');
}

// ---- 8: for everybody

test('all of it can be done with the keyboard alone', async ({server}) => {
  const shown = await tab(server, '/');
  const {keyboard} = shown.page;
  await shown.page.locator('input[name=q]:focus').waitFor();
  await keyboard.type('10.1.2.3');
  await keyboard.press('Enter');
  await shown.sees('.bestline', '10.1.0.0/16');
  await shown.page.evaluate(() => document.activeElement.blur());
  await keyboard.press('?');
  await shown.sees('dialog', 'Keys');
  await keyboard.press('Escape');
  await until('the help is closed', async () => (await shown.page.locator('dialog').count()) === 0);
  await keyboard.press('w');
  await shown.sees('[data-live]', 'paused');
  await keyboard.press('g');
  await keyboard.press('t');
  await shown.page.locator('.vrow').first().waitFor();
  await keyboard.press('j');
  await keyboard.press('j');
  await keyboard.press('Enter');
  await shown.sees('.bestline', '10.0.0.0/8');
  await keyboard.press('/');
  await shown.page.locator('input[name=q]:focus').waitFor();
  await shown.go('/map#9/46.8/8');
  await shown.sees('[data-live]', 'live');
  await keyboard.press('n');
  await shown.page.locator('[data-role="note-form"]').waitFor();
  await shown.page.locator('.maplibregl-canvas').focus();
  const at = await shown.text('[data-role="note-form"] .mono');
  await keyboard.press('ArrowRight');
  await until('the cross has moved', async () => (await shown.text('[data-role="note-form"] .mono')) !== at);
  await keyboard.press('Escape');
  await shown.go('/status');
  for (let i = 0; i < 12; i++) {
    await keyboard.press('Tab');
    const outlined = await shown.page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle !== 'none' || document.activeElement === document.body);
    check(outlined, 'the focus is seen');
  }
});

for (const [look, options, some] of [
  ['light', {colorScheme: 'light'}, /./],
  ['dark', {colorScheme: 'dark'}, isLong ? /./ : /route|map|status/],
  ['on a phone', {viewport: {width: 360, height: 740}, hasTouch: true}, isLong ? /./ : /route|table|map/],
]) {
  test(`axe finds nothing, ${look}`, async ({server}) => {
    const shown = await tab(server, undefined, {...options, bypassCSP: true, reducedMotion: 'reduce'});
    for (const path of PAGES) {
      await shown.go(path);
      await ready(shown);
      const wide = await shown.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      check(wide <= 0, `${path} is ${wide} px too wide`);
      const out = await shown.page.locator('nav[aria-label="Pages"] a').evaluateAll(all => all.filter(each => each.getBoundingClientRect().right > innerWidth).length);
      equal(out, 0, `links of the bar that are out of sight on ${path}`);
      if (!some.test(path)) {
        continue;
      }
      // What is asked again fades where the answer is slow, as on a busy machine: nothing that is to be read.
      await shown.page.addStyleTag({content: '.stale { opacity: 1 !important; transition: none !important; }'});
      await shown.page.evaluate(axe);
      const found = await shown.page.evaluate(async () => {
        const {violations} = await globalThis.axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']});
        return violations.map(each => `${each.id}: ${each.nodes.slice(0, 3).map(node => `${node.target} ${node.failureSummary}`).join(' | ')}`);
      });
      equal(found, [], `violations of ${path}`);
    }
  }, {long: look !== 'light'});
}

test('the status says how the server is, and when it cannot be reached', async ({server}) => {
  const shown = await tab(server, '/status', {allowed: [/Failed to load resource|ERR_/]});
  await shown.sees('[data-serving="yes"]', 'serving');
  await shown.sees('[data-role="domains"]', /routes[\s\S]*features[\s\S]*notes[\s\S]*trips/);
  await shown.sees('[data-role="methods"]', 'Server/GetStatus');
  await server.kill('SIGTERM');
  await shown.sees('[data-serving="unknown"]', 'cannot be reached');
  await server.restart();
  await shown.sees('[data-serving="yes"]', 'serving');
}, {alone: true});

test(
  'pictures for docs/web.md',
  async ({server}) => {
    const look = {viewport: {width: 1000, height: 660}};
    const take = (shown, name) => shown.page.screenshot({path: join(root, 'docs/pictures', `${name}.png`), animations: 'disabled'});
    const glass = await tab(server, '/route?q=10.1.2.3', look);
    await glass.sees('.bestline', '10.1.0.0/16');
    await glass.sees('[data-role="changes"]', 'added');
    await glass.sees('[data-live]', 'live');
    await take(glass, 'routes');
    const map = await tab(server, '/map#7.3/46.75/8', look);
    await map.sees('[data-role="notes"]', 'Rocks on the road');
    await map.page.locator('.noteline', {hasText: 'Rocks'}).click();
    await map.sees('[data-role="note"]', 'Rocks');
    await map.page.evaluate(() => document.querySelector('[data-role="map"]').map.jumpTo({zoom: 7.6, center: [8.05, 46.75]}));
    await until('the map is drawn', () => map.page.evaluate(() => document.querySelector('[data-role="map"]').map.loaded()));
    await take(map, 'map');
    const trip = await tab(server, '/trips/berne-hut', {...look, colorScheme: 'dark'});
    await trip.page.locator('[data-role="track-map"][data-ready]').waitFor();
    await until('the way is drawn', () => trip.page.locator('[data-role="plots"]').isVisible());
    await trip.page.waitForTimeout(1_500);
    await take(trip, 'trip');
    const phone = await tab(server, '/route?q=10.1.2.3', {viewport: {width: 360, height: 660}});
    await phone.sees('.bestline', '10.1.0.0/16');
    await phone.sees('[data-live]', 'live');
    await take(phone, 'phone');
  },
  {long: true},
);

await import('./watch.mjs');
await import('./figures.mjs');
await import('./states.mjs');
await import('./long.mjs');

/** A server that asks who calls, with tokens of three of them. */
async function guard() {
  const file = join(work, 'tokens');
  const access = join(work, 'access.yaml');
  const tokens = Object.fromEntries(
    ['reader', 'writer', 'narrow', 'other'].map(name => [name, cli('token', 'create', name, '--access-tokens', file).trim().split(/\s+/).pop()]),
  );
  writeFileSync(
    access,
    `identities:
  - {name: reader, by: "token:reader"}
  - {name: writer, by: "token:writer"}
  - {name: narrow, by: "token:narrow"}
  - {name: other, by: "token:other"}
grants:
  - {who: reader, role: reader, tables: ["*"], sources: ["*"], layers: ["*"], travellers: ["*"]}
  - {who: [writer, other], role: writer, tables: ["*"], sources: ["*"], layers: ["*"], travellers: ["*"]}
  - {who: narrow, role: reader, tables: ["red"], sources: ["*"]}
`,
    {mode: 0o600},
  );
  const server = await Server.start(join(work, 'guarded'), ['--access-file', access, '--access-tokens', file]);
  await fill(server, tokens.writer);
  return {server, tokens, file, access};
}

process.exitCode = await runAll(async () => {
  const server = await Server.start(join(work, 'data'));
  await fill(server);
  return {server, guarded: guard};
});
