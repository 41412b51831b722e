import {Marker, type Map as MapLibre} from 'maplibre-gl';
import type {JSX} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import {metres as metresText} from '../lib/text';
import {pointAt} from './geo';
import type {Way} from './gpx';

/** Something at a place of the way, 0 to 1. */
export interface Pin {
  at: number;
  mark: string;
  label: string;
  strong: boolean;
}

/** The height along a way, with what lies at it; pointing at it shows the place on the map. */
export function Profile({
  way,
  metres,
  pins,
  map,
}: {
  way: Way;
  metres: number[];
  pins: Pin[];
  map: () => MapLibre | undefined;
}): JSX.Element {
  const [at, setAt] = useState<number>();
  const marker = useRef<Marker>(undefined);
  useEffect(() => () => void marker.current?.remove(), []);
  const total = metres[metres.length - 1]!;
  const heights = way.profile.filter((height): height is number => height !== undefined);
  const low = Math.min(...heights);
  const high = Math.max(...heights);
  const known = heights.length > 1;
  const height = 90;
  const y = (value: number) => height - 18 - ((value - low) / (high - low || 1)) * (height - 40);
  let path = '';
  if (known) {
    let pen = 'M';
    way.profile.forEach((value, i) => {
      if (value === undefined) {
        pen = 'M';
      } else {
        path += `${pen}${((i / (way.profile.length - 1)) * 1000).toFixed(1)} ${y(value).toFixed(1)}`;
        pen = 'L';
      }
    });
  }
  const move = (event: MouseEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    setAt(share);
    const made = map();
    if (made) {
      marker.current ??= new Marker({scale: 0.7, color: '#a34a00'});
      marker.current.setLngLat(pointAt(way.line, metres, share * total)).addTo(made);
    }
  };
  const leave = () => {
    setAt(undefined);
    marker.current?.remove();
    marker.current = undefined;
  };
  const here = at === undefined ? undefined : way.profile[Math.round(at * (way.profile.length - 1))];
  return (
    <figure class="profile" data-role="profile">
      <div class="plotbox" onMouseMove={move} onMouseLeave={leave}>
        <svg viewBox={`0 0 1000 ${height}`} preserveAspectRatio="none" role="img" aria-label={known ? `Elevation from ${Math.round(low)} to ${Math.round(high)} m` : 'No elevations are known'} style={{height: `${height}px`}}>
          {known && <path class="area" d={`${path}L1000 ${height}L0 ${height}Z`} />}
          {known && <path class="edge" d={path} />}
          {!known && <line class="edge" x1={0} x2={1000} y1={height / 2} y2={height / 2} />}
          {at !== undefined && <line class="cursor" x1={at * 1000} x2={at * 1000} y1={0} y2={height} />}
        </svg>
        {pins.map((pin, i) => (
          <span key={i} class={pin.strong ? 'pin strong' : 'pin'} style={{left: `${pin.at * 100}%`}} title={`${metresText(pin.at * total)}: ${pin.label}`} aria-hidden="true">
            {pin.mark}
          </span>
        ))}
      </div>
      <figcaption class="faint small">
        {at !== undefined ? (
          <>
            {metresText(at * total)}
            {here !== undefined && <>, {Math.round(here)} m high</>}
          </>
        ) : known ? (
          <>
            {Math.round(low)} to {Math.round(high)} m, as the file says
          </>
        ) : (
          <>No elevations are known.</>
        )}
      </figcaption>
    </figure>
  );
}
