import type {Map as MapLibre} from 'maplibre-gl';
import {DARK} from './base';

/** A kind of note is known by its shape first, and then by its colour. */
export interface Look {
  mark: string;
  light: string;
  dark: string;
  /** Corners in a square of 24, or a circle. */
  shape: [number, number][] | 'circle';
}

const LOOKS: Record<string, Look> = {
  hazard: {mark: '▲', light: '#b45309', dark: '#fbbf24', shape: [[12, 2], [22, 20], [2, 20]]},
  closure: {mark: '◆', light: '#a3232f', dark: '#ff9a9f', shape: [[12, 1], [23, 12], [12, 23], [1, 12]]},
  traffic: {mark: '■', light: '#155f82', dark: '#74c0e8', shape: [[3, 3], [21, 3], [21, 21], [3, 21]]},
  text: {mark: '●', light: '#3f4a3f', dark: '#c8d0c8', shape: 'circle'},
};

const OTHER: Look = {mark: '⬢', light: '#5b3f8c', dark: '#c3a6f2', shape: [[12, 1], [22, 7], [22, 17], [12, 23], [2, 17], [2, 7]]};

export const lookOf = (kind: string): Look => LOOKS[kind] ?? OTHER;

const SCALE = 2;
const SIZE = 26;

/** Draws a kind's shape with an edge that stands out of any ground. */
export function draw(look: Look): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE * SCALE;
  const pen = canvas.getContext('2d')!;
  pen.scale(SCALE, SCALE);
  pen.translate(1, 1);
  pen.beginPath();
  if (look.shape === 'circle') {
    pen.arc(12, 12, 9, 0, 2 * Math.PI);
  } else {
    look.shape.forEach(([x, y], i) => (i === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y)));
    pen.closePath();
  }
  pen.lineJoin = 'round';
  pen.lineWidth = 3.5;
  pen.strokeStyle = DARK.matches ? '#14171a' : '#ffffff';
  pen.stroke();
  pen.fillStyle = DARK.matches ? look.dark : look.light;
  pen.fill();
  return pen.getImageData(0, 0, SIZE * SCALE, SIZE * SCALE);
}

/** Puts the images of kinds on a map; again, when the theme has changed. */
export function addImages(map: MapLibre, kinds: string[]): void {
  for (const kind of [...kinds, 'other']) {
    const name = `note-${kind}`;
    const image = draw(kind === 'other' ? OTHER : lookOf(kind));
    if (map.hasImage(name)) {
      map.updateImage(name, image);
    } else {
      map.addImage(name, image, {pixelRatio: SCALE});
    }
  }
}
