// Behaves as a tutorial's routing client does.
'use strict';

const assert = require('node:assert/strict');
const { answer, client, collect, run } = require('./contract');

const octet = () => 1 + Math.floor(Math.random() * 254);

function route(dest) {
  return { dest, mask: '255.255.255.0', nh: '168.192.100.1', metric: 1, interface: 'eth0' };
}

run(async () => {
  const router = client('route_table.proto');
  const routes = [route('192.168.100.0'), route(`${octet()}.${octet()}.${octet()}.0`)];

  const result = await answer((callback) => {
    const adding = router.AddRoutes(callback);
    routes.forEach((each) => adding.write(each));
    adding.end();
  });
  assert.deepEqual(result, { success: true });

  for (const each of routes) {
    const asked = { network: each.dest, mask: each.mask };
    const found = await answer((callback) => router.GetRoute(asked, callback));
    assert.deepEqual(found, each);
  }

  const listed = await collect(router.ListRoutes({}));
  for (const each of routes) {
    assert.ok(
      listed.some((other) => other.dest === each.dest && other.nh === each.nh),
      `not listed: ${each.dest}`,
    );
  }
  router.close();
});
