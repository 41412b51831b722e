// Behaves as Node's tutorial route-guide client does: the four calls, one after the other.
'use strict';

const assert = require('node:assert/strict');
const { randomUUID } = require('node:crypto');
const { answer, client, collect, run } = require('./contract');

const BOX = {
  lo: { latitude: 400000000, longitude: -750000000 },
  hi: { latitude: 420000000, longitude: -730000000 },
};

async function getFeature(guide) {
  const nowhere = { latitude: 0, longitude: 0 };
  const feature = await answer((callback) => guide.getFeature(nowhere, callback));
  assert.deepEqual(feature, { name: '', location: nowhere });
}

async function listFeatures(guide) {
  const features = await collect(guide.listFeatures(BOX));
  for (const feature of features) {
    assert.ok(feature.name && feature.location, `an empty feature: ${JSON.stringify(feature)}`);
  }
  return features;
}

async function recordRoute(guide, features) {
  const points = features.slice(0, 10).map((feature) => feature.location);
  const summary = await answer((callback) => {
    const recording = guide.recordRoute(callback);
    points.forEach((point) => recording.write(point));
    recording.end();
  });
  assert.equal(summary.point_count, points.length);
  assert.equal(summary.feature_count, points.length);
}

// Writes all notes at once and ends; what comes back meanwhile is collected.
async function routeChat(guide) {
  const tag = randomUUID();
  const chat = guide.routeChat();
  const received = collect(chat);
  [[0, 0], [0, 1], [1, 0], [0, 0]].forEach(([latitude, longitude], index) => {
    chat.write({ location: { latitude, longitude }, message: `${tag} ${index + 1}` });
  });
  chat.end();
  const mine = (await received).filter((note) => note.message.startsWith(tag));
  assert.deepEqual(mine, [{ location: { latitude: 0, longitude: 0 }, message: `${tag} 1` }]);
}

run(async () => {
  const guide = client('route_guide.proto');
  await getFeature(guide);
  await recordRoute(guide, await listFeatures(guide));
  await routeChat(guide);
  guide.close();
});
