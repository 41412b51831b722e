import {
  addProtocol,
  Map as MapLibre,
  setWorkerUrl,
  type GeoJSONSource,
  type LayerSpecification,
  type StyleSpecification,
} from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import coarse from './base/coarse.json';
import places from './base/places.json';

setWorkerUrl(workerUrl);

export const DARK = matchMedia('(prefers-color-scheme: dark)');

/** Colours that a canvas needs: it knows no style sheets. */
export interface Colours {
  sea: string;
  land: string;
  border: string;
  label: string;
  halo: string;
  place: string;
  path: string;
  ink: string;
  card: string;
}

export const colours = (): Colours =>
  DARK.matches
    ? {sea: '#101518', land: '#20272b', border: '#46525a', label: '#b3bec6', halo: '#14191c', place: '#5cc8bd', path: '#f0b45c', ink: '#e8eaec', card: '#1c2024'}
    : {sea: '#dbe7ec', land: '#f7f5ee', border: '#b3ab98', label: '#4a4f4a', halo: '#ffffff', place: '#0b5f59', path: '#a34a00', ink: '#1a1d1a', card: '#ffffff'};

/** No server of letters: the browser's own are drawn. */
export const FONT = ['sans-serif'];

const ATTRIBUTION = 'Natural Earth';

const points = {
  type: 'FeatureCollection' as const,
  features: (places as [string, number, number, number][]).map(([name, longitude, latitude, capital]) => ({
    type: 'Feature' as const,
    properties: {name, capital},
    geometry: {type: 'Point' as const, coordinates: [longitude, latitude]},
  })),
};

function layers(look: Colours): LayerSpecification[] {
  return [
    {id: 'sea', type: 'background', paint: {'background-color': look.sea}},
    {id: 'land', type: 'fill', source: 'land', paint: {'fill-color': look.land, 'fill-antialias': true}},
    {id: 'lakes', type: 'fill', source: 'lakes', paint: {'fill-color': look.sea, 'fill-antialias': true}},
    {id: 'borders', type: 'line', source: 'borders', paint: {'line-color': look.border, 'line-width': 0.8, 'line-dasharray': [3, 2]}},
    {
      id: 'base-places',
      type: 'symbol',
      source: 'base-places',
      minzoom: 2,
      layout: {
        'text-field': ['get', 'name'],
        'text-font': FONT,
        'text-size': ['interpolate', ['linear'], ['zoom'], 2, 10, 8, 13],
        'text-padding': 6,
        'symbol-sort-key': ['-', 1, ['get', 'capital']],
      },
      paint: {'text-color': look.label, 'text-halo-color': look.halo, 'text-halo-width': 1.2},
    },
  ];
}

function style(): StyleSpecification {
  return {
    version: 8,
    sources: {
      land: {type: 'geojson', data: coarse.land as GeoJSON.MultiPolygon, attribution: ATTRIBUTION, tolerance: 0.2},
      lakes: {type: 'geojson', data: coarse.lakes as GeoJSON.MultiPolygon, tolerance: 0.2},
      borders: {type: 'geojson', data: coarse.borders as GeoJSON.MultiLineString},
      'base-places': {type: 'geojson', data: points},
    },
    layers: layers(colours()),
  };
}

let detail: Promise<typeof coarse> | undefined;

/** Finer shapes, once somebody looks closer. */
function refine(map: MapLibre): void {
  if (map.getZoom() >= 3.5 && !detail) {
    detail = import('./base/fine.json').then(module => module.default as unknown as typeof coarse);
  }
  void detail?.then(fine => {
    if (map.getSource('land') && !refined.has(map)) {
      refined.add(map);
      (map.getSource('land') as GeoJSONSource).setData(fine.land as GeoJSON.MultiPolygon);
      (map.getSource('lakes') as GeoJSONSource).setData(fine.lakes as GeoJSON.MultiPolygon);
      (map.getSource('borders') as GeoJSONSource).setData(fine.borders as GeoJSON.MultiLineString);
    }
  });
}

const refined = new WeakSet<MapLibre>();

export interface View {
  zoom: number;
  latitude: number;
  longitude: number;
}

const ZOOM_MAX = 18;
/** Where the world of the map's projection ends, degrees. */
const LATITUDE_MAX = 85.051;
const HASH = /^#(\d{1,3}(?:\.\d{1,9})?)\/(-?\d{1,3}(?:\.\d{1,9})?)\/(-?\d{1,3}(?:\.\d{1,9})?)$/;

/** What a hash, `#ZOOM/LATITUDE/LONGITUDE`, wants to be shown; undefined if there is no such place on the map. */
export function viewOf(hash: string): View | undefined {
  const match = HASH.exec(hash);
  if (!match) {
    return undefined;
  }
  const [zoom, latitude, longitude] = match.slice(1).map(Number) as [number, number, number];
  return zoom <= ZOOM_MAX && Math.abs(latitude) <= LATITUDE_MAX && Math.abs(longitude) <= 180 ? {zoom, latitude, longitude} : undefined;
}

/** A map of the world without anything of the server's. */
export function createMap(container: HTMLElement, view: View, label: string): MapLibre {
  const map = new MapLibre({
    container,
    style: style(),
    center: [view.longitude, view.latitude],
    zoom: view.zoom,
    maxZoom: ZOOM_MAX,
    attributionControl: {compact: false},
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    locale: {'Map.Title': label},
    fadeDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 200,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.on('zoomend', () => refine(map));
  map.once('load', () => refine(map));
  return map;
}

/** Gives the base map the colours of the theme. */
export function recolour(map: MapLibre): void {
  for (const layer of layers(colours())) {
    for (const [name, value] of Object.entries(layer.paint ?? {})) {
      map.setPaintProperty(layer.id, name as never, value as never);
    }
  }
}

export {addProtocol, MapLibre};
