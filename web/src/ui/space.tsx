import type {JSX} from 'preact';
import {useMemo, useState} from 'preact/hooks';
import type {routes} from 'guidepost';
import {useAsk} from '../lib/ask';
import {parsePrefix, within, type Prefix} from '../lib/prefix';
import {address} from '../lib/router';
import {api} from '../lib/session';
import {Address, count, counted} from '../lib/text';
import {Answer} from './states';

const DEPTH = 8;
const ROW = 18;

/** A part of the address space with its routes, and its parts. */
interface Node {
  text: string;
  prefix: Prefix;
  part: routes.PrefixPart;
  children: Node[];
}

function tree(parts: routes.PrefixPart[]): Node | undefined {
  const path: Node[] = [];
  let root: Node | undefined;
  for (const part of parts) {
    const node = {text: part.prefix, prefix: parsePrefix(part.prefix), part, children: []};
    while (path.length > 0 && path[path.length - 1]!.prefix.length >= node.prefix.length) {
      path.pop();
    }
    path[path.length - 1]?.children.push(node);
    root ??= node;
    path.push(node);
  }
  return root;
}

const ask = (prefix: string, table: string, revision: bigint | undefined, signal: AbortSignal) =>
  api.routes.getPrefixTree(
    {
      prefix,
      table,
      depth: depth(prefix),
      asOf: revision === undefined ? undefined : {state: {case: 'revision', value: revision}},
    },
    {signal},
  );

/** No deeper than single addresses. */
function depth(prefix: string): number {
  const {family, length} = parsePrefix(prefix);
  return Math.max(1, Math.min(DEPTH, (family === 4 ? 32 : 128) - length));
}

/** What a prefix contains: as strips, one in the other, and as a tree. */
export function Space({
  prefix,
  table,
  revision,
  fresh,
}: {
  prefix: string;
  table: string;
  revision?: bigint;
  fresh: number;
}): JSX.Element {
  const found = useAsk(signal => ask(prefix, table, revision, signal), [prefix, table, String(revision), fresh]);
  return (
    <section class="card" data-role="space">
      <h2>Contains</h2>
      <Answer of={found} lines={4}>
        {({parts}) => <Parts prefix={prefix} table={table} revision={revision} parts={parts} />}
      </Answer>
    </section>
  );
}

function Parts({
  prefix,
  table,
  revision,
  parts,
}: {
  prefix: string;
  table: string;
  revision?: bigint;
  parts: routes.PrefixPart[];
}): JSX.Element {
  const root = useMemo(() => tree(parts), [parts]);
  const more = root ? root.part.prefixes - (root.part.ownRoutes > 0n ? 1n : 0n) : 0n;
  if (!root || more === 0n) {
    return <p class="faint">Nothing more specific.</p>;
  }
  const at = revision === undefined ? '' : `r${revision}`;
  return (
    <>
      <p>
        <a href={address('/table', {table: table === 'default' ? '' : table, prefix, at})} data-role="contains">
          {counted(more, 'more specific prefix', 'more specific prefixes')}
        </a>
        , {counted(root.part.routes, 'route')} in all.
      </p>
      <Icicle root={root} whole={parsePrefix(prefix)} table={table} at={at} />
      <ul class="tree">
        {(root.text === prefix ? root.children : [root]).flatMap(compressed).map(node => (
          <Branch key={node.text} node={node} table={table} revision={revision} at={at} />
        ))}
      </ul>
    </>
  );
}

/** Past parts that only lead to one other. */
function compressed(node: Node): Node[] {
  if (node.part.ownRoutes > 0n || node.children.length !== 1) {
    return node.part.ownRoutes === 0n && node.children.length === 2 && node.part.prefixes <= 24n
      ? node.children.flatMap(compressed)
      : [node];
  }
  return node.children.flatMap(compressed);
}

/** Strips: each is half of the one above it, as wide as its share of the addresses, and darker the more routes it has. */
function Icicle({root, whole, table, at}: {root: Node; whole: Prefix; table: string; at: string}): JSX.Element {
  const most = Math.log2(Number(root.part.prefixes) + 1);
  const [shown, setShown] = useState<Node>();
  const boxes: JSX.Element[] = [];
  const add = (node: Node) => {
    const level = node.prefix.length - whole.length;
    const [from, width] = within(whole, node.prefix);
    if (level > 0 && width * 1000 >= 1) {
      const strength = Math.log2(Number(node.part.prefixes) + 1) / most;
      boxes.push(
        <a
          key={node.text}
          href={address('/route', {q: node.text, table: table === 'default' ? '' : table, at})}
          tabIndex={-1}
          onMouseEnter={() => setShown(node)}
        >
          <rect
            x={from * 1000}
            y={(level - 1) * ROW}
            width={Math.max(1, width * 1000 - 1)}
            height={ROW - 2}
            class={node.part.ownRoutes > 0n ? 'cell own' : 'cell'}
            style={{fillOpacity: 0.18 + 0.72 * strength}}
          >
            <title>{`${node.text}: ${counted(node.part.prefixes, 'prefix', 'prefixes')}, ${counted(node.part.routes, 'route')}`}</title>
          </rect>
        </a>,
      );
    }
    node.children.forEach(add);
  };
  add(root);
  const levels = deepest(root) - whole.length;
  return (
    <figure class="icicle" onMouseLeave={() => setShown(undefined)}>
      <svg
        viewBox={`0 0 1000 ${Math.max(1, levels) * ROW}`}
        preserveAspectRatio="none"
        role="img"
        aria-label="Which parts of the prefix have routes; the tree below says the same in words"
        style={{height: `${Math.max(1, levels) * ROW}px`}}
      >
        {boxes}
      </svg>
      <figcaption class="faint">
        {shown ? (
          <>
            <Address text={shown.text} />: {counted(shown.part.prefixes, 'prefix', 'prefixes')}, {counted(shown.part.routes, 'route')}
          </>
        ) : (
          <>Each row halves the row above it; an outline marks a prefix with routes of its own.</>
        )}
      </figcaption>
    </figure>
  );
}

const deepest = (node: Node): number => Math.max(node.prefix.length, ...node.children.map(deepest));

function Branch({node, table, revision, at}: {node: Node; table: string; revision?: bigint; at: string}): JSX.Element {
  const [open, setOpen] = useState(false);
  const more = node.part.prefixes - (node.part.ownRoutes > 0n ? 1n : 0n);
  return (
    <li>
      {more > 0n ? (
        <button
          type="button"
          class="twist"
          aria-expanded={open}
          aria-label={`Parts of ${node.text}`}
          onClick={() => setOpen(now => !now)}
        >
          {open ? '▾' : '▸'}
        </button>
      ) : (
        <span class="twist" aria-hidden="true">
          ·
        </span>
      )}
      <a href={address('/route', {q: node.text, table: table === 'default' ? '' : table, at})}>
        <Address text={node.text} />
      </a>{' '}
      <span class="faint">
        {node.part.ownRoutes > 0n ? counted(node.part.ownRoutes, 'route') : 'no route of its own'}
        {more > 0n && <>, {count(more)} more specific</>}
      </span>
      {open && <Deeper prefix={node.text} table={table} revision={revision} at={at} />}
    </li>
  );
}

function Deeper({prefix, table, revision, at}: {prefix: string; table: string; revision?: bigint; at: string}): JSX.Element {
  const found = useAsk(signal => ask(prefix, table, revision, signal), [prefix, table, String(revision)]);
  return (
    <Answer of={found} lines={2}>
      {({parts}) => {
        const root = tree(parts);
        return (
          <ul class="tree">
            {(root?.children ?? []).flatMap(compressed).map(node => (
              <Branch key={node.text} node={node} table={table} revision={revision} at={at} />
            ))}
          </ul>
        );
      }}
    </Answer>
  );
}
