/** A way that a GPX file has, as the map and the server need it. */
export interface Way {
  name: string;
  /** Longitude, latitude, degrees: at most 10,000 points. */
  line: [number, number][];
  /** How far the line is from the points that were left out, at most, metres; 0 if none were. */
  toleranceMetres: number;
  /** Points of the file. */
  points: number;
  /** Height at equal distances; undefined where the file has none. */
  profile: (number | undefined)[];
}

export type FromWorker = {way: Way} | {wrong: string} | {read: number};

/** Reads a file beside the page, which stays responsive; what is no GPX is said. */
export function readGpx(file: Blob, name: string, signal: AbortSignal, progress: (share: number) => void): Promise<Way> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./gpx.worker.ts', import.meta.url), {type: 'module'});
    const end = () => worker.terminate();
    signal.addEventListener('abort', () => {
      end();
      reject(new Error('cancelled'));
    });
    worker.onmessage = ({data}: MessageEvent<FromWorker>) => {
      if ('read' in data) {
        progress(data.read);
      } else {
        end();
        if ('way' in data) {
          resolve({...data.way, name: data.way.name || name});
        } else {
          reject(new Error(data.wrong));
        }
      }
    };
    worker.onerror = event => {
      end();
      reject(new Error(event.message || 'the file could not be read'));
    };
    worker.postMessage(file);
  });
}
