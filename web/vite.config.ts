import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  publicDir: here('public'),
  resolve: {alias: {guidepost: here('guidepost-client/src/index.ts')}},
  oxc: {jsx: {runtime: 'automatic', importSource: 'preact'}},
  build: {
    target: 'es2023',
    assetsInlineLimit: 0, // the policy of the pages allows no script or style inside a page
    modulePreload: {polyfill: false},
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2_000,
  },
  worker: {format: 'es'},
});
