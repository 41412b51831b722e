/** The contracts of the Guidepost route server, and watches that resume. */
export * from './watch.js';
export * from './gen/guidepost/common/v1/as_of_pb.js';
export * from './gen/guidepost/common/v1/watch_pb.js';
export * from './gen/guidepost/common/v1/operation_pb.js';
export * from './gen/guidepost/guide/v1/geo_pb.js';
export * from './gen/guidepost/server/v1/server_pb.js';
export * as guide from './guide.js';
export * as routes from './routes.js';
