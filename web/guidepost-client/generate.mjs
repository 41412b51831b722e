// Generates src/gen from the contracts: `node generate.mjs [DESCRIPTORS]`.
//
// DESCRIPTORS is an encoded google.protobuf.FileDescriptorSet. Default: the one that the Maven build made, which has the
// contracts' comments; otherwise ../../proto/contracts.binpb. No protoc is needed: what protoc would ask of
// protoc-gen-es, this program asks.
import {create, fromBinary, toBinary} from '@bufbuild/protobuf';
import * as wellKnown from '@bufbuild/protobuf/wkt';
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const {CodeGeneratorRequestSchema, CodeGeneratorResponseSchema, FileDescriptorSetSchema} = wellKnown;
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const out = join(here, 'src/gen');

/** The contracts that clients use: not those of files on disk, nor of the admin's socket. */
const isForClients = name =>
  /^guidepost\/(common|guide|routes)\/v1\/|^guidepost\/server\/v1\/server\.proto$/.test(name);

export function descriptors(given) {
  const candidates = [
    given,
    join(root, 'grpc-stubs/target/classes/guidepost/contracts.binpb'),
    join(root, 'proto/contracts.binpb'),
  ];
  return candidates.find(each => each && existsSync(each));
}

function generate(file) {
  const all = fromBinary(FileDescriptorSetSchema, readFileSync(file)).file;
  const wanted = all.filter(each => isForClients(each.name));
  wanted.forEach(withoutAnnotations);
  const request = create(CodeGeneratorRequestSchema, {
    fileToGenerate: wanted.map(each => each.name),
    parameter: 'target=ts,import_extension=js',
    protoFile: [...imported(wanted), ...inOrder(wanted)],
  });
  const plugin = join(
    dirname(createRequire(import.meta.url).resolve('@bufbuild/protoc-gen-es/package.json')),
    'bin/protoc-gen-es',
  );
  const run = spawnSync(process.execPath, [plugin], {
    input: toBinary(CodeGeneratorRequestSchema, request),
    maxBuffer: 64 << 20,
  });
  if (run.status !== 0) {
    throw new Error(`protoc-gen-es: ${run.stderr}`);
  }
  const response = fromBinary(CodeGeneratorResponseSchema, run.stdout);
  if (response.error) {
    throw new Error(`protoc-gen-es: ${response.error}`);
  }
  rmSync(out, {recursive: true, force: true});
  for (const made of response.file) {
    const path = join(out, made.name);
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, made.content);
  }
  return response.file.length;
}

/** The well-known files that these import; none of those imports another. */
function imported(files) {
  const names = new Set(files.flatMap(each => each.dependency).filter(name => name.startsWith('google/protobuf/')));
  return Object.entries(wellKnown)
    .filter(([name, file]) => name.startsWith('file_google_protobuf_') && names.has(file.proto.name))
    .map(([, file]) => file.proto);
}

/** A file after those that it imports, as protoc has them. */
function inOrder(files) {
  const ordered = [];
  const add = file => {
    if (file && !ordered.includes(file)) {
      file.dependency.forEach(name => add(files.find(each => each.name === name)));
      ordered.push(file);
    }
  };
  files.forEach(add);
  return ordered;
}

/** What google/api says is for the server: without it no client loads its descriptors. */
function withoutAnnotations(file) {
  file.dependency = file.dependency.filter(name => !name.startsWith('google/api/'));
  file.service.flatMap(each => each.method).forEach(each => delete each.options);
  const messages = [...file.messageType];
  while (messages.length > 0) {
    const message = messages.pop();
    messages.push(...message.nestedType);
    message.field.forEach(each => delete each.options?.$unknown);
  }
}

const source = descriptors(process.argv[2]);
console.log(`guidepost: ${generate(source)} files of contracts from ${source}`);
