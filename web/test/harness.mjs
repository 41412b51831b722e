// What the pages' tests need: servers of their own, one browser, and a list of tests.
import {AsyncLocalStorage} from 'node:async_hooks';
import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {chromium} from 'playwright-core';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const guidepost = join(root, 'guidepost');
export const work = mkdtempSync(join(tmpdir(), 'guidepost-pages-'));

/** Ends what hangs, and says nothing of how fast a machine is. */
const PATIENCE_MILLIS = 600_000 * Number(process.env.GUIDEPOST_PATIENCE ?? 1);

export const isLong = process.argv.includes('--long');

const tests = [];

/**
 * A test; its name is a sentence. One that ends the server, or measures, runs alone; those that use the clipboard, which all
 * tabs share, follow each other.
 */
export const test = (name, run, {long = false, alone = false, copies = false} = {}) => tests.push({name, run, long, alone, copies});

// ---- servers

const servers = new Set();

/** A port below those that systems give to outgoing connections, of which one may take it while a server is away. */
async function freePort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 5_000);
    const free = await new Promise(resolve => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (free) {
      return port;
    }
  }
}

export class Server {
  constructor(data, options, web, grpc, child) {
    Object.assign(this, {data, options, web, grpc, child});
  }

  /** Starts one; a port that is given is taken again, as after a restart. */
  static async start(data, options = [], {web, grpc} = {}) {
    web ??= `127.0.0.1:${await freePort()}`;
    grpc ??= `127.0.0.1:${await freePort()}`;
    const command = ['serve', '--data', data, '--listen', grpc, '--web-enabled', 'true', '--web-listen', web, ...options];
    const child = spawn(guidepost, command, {stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, GUIDEPOST_WEB_ENABLED: ''}});
    let output = '';
    const found = await new Promise((resolve, reject) => {
      const read = bytes => {
        output += bytes;
        const listening = /listening on \[([^\],]*)/.exec(output);
        const port = /web port on (https?):\/\/(\S+)/.exec(output);
        if (listening && port) {
          resolve({grpc: listening[1], web: `${port[1]}://${port[2]}`});
        }
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('exit', code => reject(new Error(`the server ended (${code}):\n${output}`)));
    });
    const server = new Server(data, options, found.web, found.grpc, child);
    servers.add(server);
    return server;
  }

  async kill(signal = 'SIGKILL') {
    const ended = new Promise(resolve => this.child.once('exit', resolve));
    this.child.kill(signal);
    await ended;
    servers.delete(this);
  }

  /** The same data at the same addresses. */
  async restart() {
    const again = await Server.start(this.data, this.options, {web: new URL(this.web).host, grpc: this.grpc});
    Object.assign(this, {child: again.child});
    servers.delete(again);
    servers.add(this);
  }

  async call(verb, path, body, token) {
    const answer = await fetch(this.web + path, {
      method: verb,
      headers: {'Content-Type': 'application/json', ...(token ? {Authorization: `Bearer ${token}`} : {})},
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new Error(`${verb} ${path}: ${answer.status} ${text.slice(0, 300)}`);
    }
    const lines = text.trim().split('\n').map(line => JSON.parse(line));
    return lines.length > 1 || 'end' in lines[0] ? lines : lines[0];
  }

  get(path, token) {
    return this.call('GET', path, undefined, token);
  }

  post(path, body, token) {
    return this.call('POST', path, body, token);
  }

  /** Adds routes: [prefix, next hop, metric, tags]. */
  async routes(source, routes, table) {
    for (let i = 0; i < routes.length; i += 4_096) {
      const operations = routes.slice(i, i + 4_096).map(([prefix, nextHop, metric = 0, tags = [], more = {}], n) => ({
        id: n + 1,
        add: {prefix, nextHop, metric, tags, ...more},
      }));
      const {results} = await this.post('/v1/routes:apply', {operations, source, ...(table ? {table} : {})});
      const bad = results.find(result => result.code !== 'RESULT_CODE_OK');
      if (bad) {
        throw new Error(JSON.stringify(bad));
      }
    }
  }

  remove(source, prefix) {
    return this.post('/v1/routes:apply', {operations: [{id: 1, deletePrefix: prefix}], source});
  }
}

export function cli(...words) {
  const run = spawnSync(guidepost, words, {encoding: 'utf8'});
  if (run.status !== 0) {
    throw new Error(`guidepost ${words.join(' ')}: ${run.stderr}`);
  }
  return run.stdout;
}

let built;

/** The npm package, as programs use it. */
export async function client() {
  built ??= (async () => {
    const web = join(root, 'web');
    execFileSync(process.execPath, [join(web, 'node_modules/typescript/bin/tsc'), '-p', join(web, 'guidepost-client/tsconfig.json'), '--outDir', join(web, 'dist/client')]);
    return import('../dist/client/index.js');
  })();
  return built;
}

export const e7 = (latitude, longitude) => ({latitudeE7: Math.round(latitude * 1e7), longitudeE7: Math.round(longitude * 1e7)});

// ---- the browser

function executable() {
  for (const place of (process.env.PATH ?? '').split(':')) {
    for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
      if (existsSync(join(place, name))) {
        return join(place, name);
      }
    }
  }
  return undefined;
}

let browser;

/** What went wrong in any page of a test: a mistake, a report of the policy, a request to elsewhere. */
export class Watchdog {
  problems = [];
  allowed = [];

  of(context, origins) {
    context.on('page', page => {
      page.on('console', message => {
        const text = message.text();
        if (message.type() === 'error' && !this.allowed.some(each => each.test(text))) {
          this.problems.push(`console: ${text}`);
        }
      });
      page.on('pageerror', error => this.problems.push(`error: ${error.message}`));
      page.on('dialog', dialog => {
        this.problems.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
    });
    return context.route('**/*', route => {
      const url = new URL(route.request().url());
      if (origins.includes(url.origin) || url.protocol === 'blob:' || url.protocol === 'data:') {
        return route.fallback();
      }
      this.problems.push(`request to ${url.href}`);
      return route.abort();
    });
  }
}

export class Tab {
  constructor(page, context, watchdog, server) {
    Object.assign(this, {page, context, watchdog, server});
  }

  go(path) {
    return this.page.goto(this.server.web + path);
  }

  text(selector) {
    return this.page.locator(selector).innerText();
  }

  /** Waits until a text matches; says what it was otherwise. */
  async sees(selector, expected) {
    const locator = this.page.locator(selector).first();
    let last;
    const until = Date.now() + PATIENCE_MILLIS;
    while (Date.now() < until) {
      last = await locator.innerText({timeout: 500}).catch(() => undefined);
      if (last !== undefined && (typeof expected === 'string' ? last.includes(expected) : expected.test(last))) {
        return last;
      }
      await new Promise(resolve => setTimeout(resolve, 25));
    }
    throw new Error(`${selector}: must have ${expected}, and has ${JSON.stringify(last)}`);
  }

  close() {
    return this.context.close();
  }
}

/** The tabs of the test that runs. */
const current = new AsyncLocalStorage();

export async function tab(server, path, {watch = true, allowed = [], ...options} = {}) {
  const context = await browser.newContext({
    locale: 'en-GB',
    timezoneId: 'UTC',
    viewport: {width: 1280, height: 800},
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MILLIS);
  const watchdog = new Watchdog();
  watchdog.allowed = allowed;
  if (watch) {
    await watchdog.of(context, [server.web]);
  }
  const made = new Tab(await context.newPage(), context, watchdog, server);
  current.getStore().add(made);
  if (path !== undefined) {
    await made.go(path);
  }
  return made;
}

export async function until(what, condition) {
  const end = Date.now() + PATIENCE_MILLIS;
  let last;
  while (Date.now() < end) {
    last = await condition();
    if (last) {
      return last;
    }
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  throw new Error(`never: ${what}`);
}

/** Clicks what copies it, and reads what all tabs share: such tests follow each other. */
export async function copied(page, what) {
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await page.locator(`[data-copy="${what}"]`).first().click();
  return until(`${what} is copied`, () => page.evaluate(() => navigator.clipboard.readText()));
}

export function equal(actual, expected, what = 'value') {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) {
    throw new Error(`${what}: must be ${b}, and is ${a}`);
  }
}

export function check(condition, what) {
  if (!condition) {
    throw new Error(what);
  }
}

/** Numbers that are worth keeping: the baseline has them. */
export const measured = (what, value) => process.stdout.write(`number  ${what}: ${value}\n`);

// ---- the run

export async function runAll(prepare) {
  const only = process.argv.slice(2).filter(word => !word.startsWith('--'));
  const chosen = tests.filter(each => (only.length === 0 ? isLong || !each.long : only.some(word => each.name.includes(word))));
  const chrome = executable();
  if (!chrome) {
    process.stdout.write(`skip  ${chosen.length} tests of the pages: Chromium is not installed\n`);
    return 0;
  }
  let failed = 0;
  let fixture;

  async function runOne({name, run}) {
    const began = Date.now();
    const open = new Set();
    try {
      await current.run(open, () => run(fixture));
      for (const each of open) {
        check(each.watchdog.problems.length === 0, each.watchdog.problems.join('\n'));
      }
      process.stdout.write(`pass  ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)\n`);
    } catch (e) {
      failed++;
      const pictures = [];
      for (const [i, each] of [...open].entries()) {
        const file = join(work, `failed-${failed}-${i}.png`);
        await each.page.screenshot({path: file}).catch(() => {});
        pictures.push(`${each.page.url()} ${process.env.GUIDEPOST_KEEP ? file : ''}`);
      }
      const text = [String(e.stack ?? e), ...pictures].join('\n').replace(/^/gm, '      ');
      process.stdout.write(`FAIL  ${name}\n${text}\n`);
    } finally {
      await Promise.all([...open].map(each => each.close().catch(() => {})));
    }
  }

  async function inOrder(some) {
    for (let next = some.shift(); next; next = some.shift()) {
      await runOne(next);
    }
  }

  try {
    browser = await chromium.launch({executablePath: chrome, args: ['--no-sandbox', '--disable-dev-shm-usage', '--enable-unsafe-swiftshader']});
    fixture = await prepare();
    const copying = chosen.filter(each => each.copies && !each.alone);
    const others = chosen.filter(each => !each.copies && !each.alone);
    await Promise.all([inOrder(copying).then(() => inOrder(others)), inOrder(others)]);
    await inOrder(chosen.filter(each => each.alone));
  } finally {
    await browser?.close();
    await Promise.all([...servers].map(each => each.kill()));
    if (!process.env.GUIDEPOST_KEEP) {
      rmSync(work, {recursive: true, force: true});
    }
  }
  process.stdout.write(`${chosen.length - failed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

export {writeFileSync, join};
