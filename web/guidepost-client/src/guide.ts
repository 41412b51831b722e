/** guidepost.guide.v1: features, notes and trips. */
export * from './gen/guidepost/guide/v1/geo_pb.js';
export * from './gen/guidepost/guide/v1/notes_pb.js';
export * from './gen/guidepost/guide/v1/trips_pb.js';
export * from './gen/guidepost/guide/v1/features_pb.js';
