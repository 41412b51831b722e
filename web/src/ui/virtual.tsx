import type {ComponentChildren, JSX} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import {useKeys} from '../lib/keys';

const NARROW = matchMedia('(max-width: 640px)');
const BEYOND = 6;
/** However high the window is: what is in the page stays little. */
const SHOWN_MAX = 56;

export interface Column {
  name: string;
  /** As in grid-template-columns. */
  width: string;
  number?: boolean;
}

/** A long list of which only the rows in sight are in the page. */
export function Virtual({
  columns,
  count,
  total,
  label,
  row,
  look,
  open,
  nearEnd,
  at,
  height = 31,
  narrowHeight = 64,
}: {
  columns: Column[];
  /** Rows that are there. */
  count: number;
  /** Rows in all, for those who hear the page. */
  total: number;
  label: string;
  row: (index: number) => ComponentChildren[];
  look?: (index: number) => string;
  open?: (index: number) => void;
  nearEnd?: () => void;
  /** Scroll to this row. */
  at?: number;
  height?: number;
  narrowHeight?: number;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [seen, setSeen] = useState(600);
  const [narrow, setNarrow] = useState(NARROW.matches);
  const [active, setActive] = useState(-1);
  const size = narrow ? narrowHeight : height;
  useEffect(() => {
    const element = box.current!;
    const observer = new ResizeObserver(() => {
      setSeen(element.clientHeight);
      setNarrow(NARROW.matches);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const first = Math.max(0, Math.floor(top / size) - BEYOND);
  const last = Math.min(count, first + Math.min(SHOWN_MAX, Math.ceil(seen / size) + 2 * BEYOND));
  useEffect(() => {
    if (last > count - 200) {
      nearEnd?.();
    }
  }, [last, count]);
  const show = (index: number) => {
    const element = box.current!;
    setActive(index);
    if (index * size < element.scrollTop) {
      element.scrollTop = index * size;
    } else if ((index + 1) * size > element.scrollTop + element.clientHeight) {
      element.scrollTop = (index + 1) * size - element.clientHeight;
    }
  };
  useEffect(() => {
    if (at !== undefined && at >= 0) {
      show(at);
    }
  }, [at]);
  const move = (by: number) => count > 0 && show(Math.max(0, Math.min(count - 1, active + by)));
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ...(active >= 0 && active < count && open ? {Enter: () => open(active)} : {}),
  });
  const template = columns.map(column => column.width).join(' ');
  const rows = [];
  for (let i = first; i < last; i++) {
    const cells = row(i);
    rows.push(
      <div
        key={i}
        role="row"
        aria-rowindex={i + 2}
        aria-selected={i === active ? 'true' : undefined}
        class={`vrow ${i === active ? 'active ' : ''}${look?.(i) ?? ''}`}
        style={{transform: `translateY(${i * size}px)`, height: `${size}px`, gridTemplateColumns: template}}
      >
        {cells.map((cell, c) => (
          <span role="cell" class={columns[c]!.number ? 'number' : ''}>
            {cell}
          </span>
        ))}
      </div>,
    );
  }
  return (
    <div role="table" aria-label={label} aria-rowcount={total + 1} aria-colcount={columns.length}>
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} class="vhead" style={{gridTemplateColumns: template}}>
          {columns.map(column => (
            <span role="columnheader" class={column.number ? 'number' : ''} key={column.name}>
              {column.name}
            </span>
          ))}
        </div>
      </div>
      <div
        role="rowgroup"
        class="virtual"
        tabIndex={0}
        aria-label={`${label}: rows`}
        ref={box}
        onScroll={event => setTop(event.currentTarget.scrollTop)}
        style={{height: count * size + 4 < 300 ? `${Math.max(1, count) * size + 4}px` : undefined}}
      >
        <div class="space" role="presentation" style={{height: `${count * size}px`}}>
          {rows}
        </div>
      </div>
    </div>
  );
}
