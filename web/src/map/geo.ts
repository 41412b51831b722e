import type {guide} from 'guidepost';

/** Longitude, latitude: degrees. */
export type LonLat = [number, number];

const RADIUS = 6_371_008.8;
const RADIANS = Math.PI / 180;

export const toE7 = ([longitude, latitude]: LonLat) => ({
  latitudeE7: Math.round(latitude * 1e7),
  longitudeE7: Math.round(wrapped(longitude) * 1e7),
});

export const fromE7 = (point: Pick<guide.GeoPoint, 'latitudeE7' | 'longitudeE7'> | undefined): LonLat => [
  (point?.longitudeE7 ?? 0) / 1e7,
  (point?.latitudeE7 ?? 0) / 1e7,
];

/** -180 to 180. */
export const wrapped = (longitude: number): number => ((((longitude + 180) % 360) + 360) % 360) - 180;

/** Metres between two points, on a sphere: for what is said, not for what is decided. */
export function distance([lon1, lat1]: LonLat, [lon2, lat2]: LonLat): number {
  const a =
    Math.sin(((lat2 - lat1) * RADIANS) / 2) ** 2 +
    Math.cos(lat1 * RADIANS) * Math.cos(lat2 * RADIANS) * Math.sin(((lon2 - lon1) * RADIANS) / 2) ** 2;
  return 2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(a)));
}

/** Metres along a line up to each of its points. */
export function along(line: LonLat[]): number[] {
  let sum = 0;
  return line.map((point, i) => (sum += i === 0 ? 0 : distance(line[i - 1]!, point)));
}

/** Where a point lies beside a line: how far along it, and how far off. */
export function beside(line: LonLat[], metres: number[], [lon, lat]: LonLat): {ahead: number; off: number} {
  const k = Math.cos(lat * RADIANS);
  let best = {ahead: 0, off: Infinity};
  for (let i = 1; i < line.length; i++) {
    const [ax, ay] = [(wrapped(line[i - 1]![0] - lon)) * k, line[i - 1]![1] - lat];
    const [bx, by] = [(wrapped(line[i]![0] - lon)) * k, line[i]![1] - lat];
    const [dx, dy] = [bx - ax, by - ay];
    const length2 = dx * dx + dy * dy;
    const t = length2 === 0 ? 0 : Math.max(0, Math.min(1, -(ax * dx + ay * dy) / length2));
    const off = Math.hypot(ax + t * dx, ay + t * dy) * RADIANS * RADIUS;
    if (off < best.off) {
      best = {ahead: metres[i - 1]! + t * (metres[i]! - metres[i - 1]!), off};
    }
  }
  return best;
}

/** Where one is after so many metres of a line. */
export function pointAt(line: LonLat[], metres: number[], at: number): LonLat {
  let i = metres.findIndex(value => value >= at);
  i = i <= 0 ? 1 : i;
  const [from, to] = [metres[i - 1]!, metres[i]!];
  const t = to > from ? (at - from) / (to - from) : 0;
  const [a, b] = [line[i - 1]!, line[i]!];
  return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
}

/** 46.55000, 7.98000 */
export const written = ([longitude, latitude]: LonLat): string => `${latitude.toFixed(5)}, ${wrapped(longitude).toFixed(5)}`;
