// Finds the contract of a service name, as clients for Node load it: while running, from the .proto.
'use strict';

const path = require('node:path');
const { parseArgs } = require('node:util');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

// A client of --service at --server, over the contract in .gen/SERVICE/FILE.
function client(file) {
  const { values } = parseArgs({
    options: { server: { type: 'string' }, service: { type: 'string' } },
  });
  if (!values.server || !values.service) {
    throw new Error('--server and --service are required');
  }
  const definition = protoLoader.loadSync(path.join(__dirname, '..', '.gen', values.service, file), {
    keepCase: true,
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
  });
  const loaded = grpc.loadPackageDefinition(definition);
  const Client = values.service.split('.').reduce((scope, name) => scope[name], loaded);
  return new Client(values.server, grpc.credentials.createInsecure());
}

// A call with one answer, as a promise: start is given the callback.
function answer(start) {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value)));
  });
}

// All messages of a stream, once it has ended well.
function collect(stream) {
  return new Promise((resolve, reject) => {
    const messages = [];
    stream.on('data', (message) => messages.push(message));
    stream.on('end', () => resolve(messages));
    stream.on('error', reject);
  });
}

// Runs a client; an error ends the program with 1.
function run(main) {
  main().catch((error) => {
    console.error(`failed: ${error.message}`);
    process.exit(1);
  });
}

module.exports = { answer, client, collect, run };
