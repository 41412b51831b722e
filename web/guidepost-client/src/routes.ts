/** guidepost.routes.v1: routes, tables and sources. */
export * from './gen/guidepost/routes/v1/route_pb.js';
export * from './gen/guidepost/routes/v1/lookup_pb.js';
export * from './gen/guidepost/routes/v1/tables_pb.js';
export * from './gen/guidepost/routes/v1/watch_pb.js';
export * from './gen/guidepost/routes/v1/routes_pb.js';
