import type {JSX} from 'preact';

export interface Series {
  name: string;
  /** Class of its line. */
  look: string;
  points: (number | undefined)[];
}

/** Lines over one axis, as wide as its place; a gap in the points is a gap in the line. */
export function Lines({
  series,
  height = 56,
  label,
  most,
  hover,
  at,
}: {
  series: Series[];
  height?: number;
  label: string;
  most?: number;
  hover?: (index: number | undefined) => void;
  at?: number;
}): JSX.Element {
  const all = series.flatMap(each => each.points).filter((value): value is number => value !== undefined);
  const top = most ?? Math.max(1e-9, ...all);
  const low = Math.min(0, ...all);
  const n = Math.max(2, ...series.map(each => each.points.length));
  const y = (value: number) => height - 2 - ((value - low) / (top - low || 1)) * (height - 6);
  const path = (points: (number | undefined)[]) => {
    let pen = 'M';
    let out = '';
    points.forEach((value, i) => {
      if (value === undefined) {
        pen = 'M';
      } else {
        out += `${pen}${((i / (n - 1)) * 1000).toFixed(1)} ${y(value).toFixed(1)}`;
        pen = 'L';
      }
    });
    return out;
  };
  const index = (event: MouseEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return Math.max(0, Math.min(n - 1, Math.round(((event.clientX - box.left) / box.width) * (n - 1))));
  };
  return (
    <svg
      class="lines"
      viewBox={`0 0 1000 ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      style={{height: `${height}px`}}
      onMouseMove={hover && (event => hover(index(event)))}
      onMouseLeave={hover && (() => hover(undefined))}
    >
      {series.map(each => (
        <path key={each.name} class={each.look} d={path(each.points)} />
      ))}
      {at !== undefined && <line class="cursor" x1={(at / (n - 1)) * 1000} x2={(at / (n - 1)) * 1000} y1={0} y2={height} />}
    </svg>
  );
}

/** Counts of three kinds, in spans of time: what was added and updated above the line, what was removed below. */
export function Churn({bars, label}: {bars: {added: number; updated: number; removed: number}[]; label: string}): JSX.Element {
  const up = Math.max(1, ...bars.map(bar => bar.added + bar.updated));
  const down = Math.max(0, ...bars.map(bar => bar.removed));
  const height = 64;
  const scale = (height - 4) / (up + down || 1);
  const zero = 2 + up * scale;
  const width = 1000 / Math.max(1, bars.length);
  return (
    <svg class="churn" viewBox={`0 0 1000 ${height}`} preserveAspectRatio="none" role="img" aria-label={label} style={{height: `${height}px`}}>
      {bars.map((bar, i) => (
        <g key={i}>
          <rect class="added" x={i * width} width={width * 0.85} y={zero - bar.added * scale} height={bar.added * scale} />
          <rect
            class="updated"
            x={i * width}
            width={width * 0.85}
            y={zero - (bar.added + bar.updated) * scale}
            height={bar.updated * scale}
          />
          <rect class="removed" x={i * width} width={width * 0.85} y={zero} height={bar.removed * scale} />
        </g>
      ))}
      <line class="zero" x1={0} x2={1000} y1={zero} y2={zero} />
    </svg>
  );
}
