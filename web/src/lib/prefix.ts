/** A part of the address space: what it is, and how it is written. */
export interface Prefix {
  family: 4 | 6;
  bits: bigint;
  length: number;
}

/** What a reader typed into the search. */
export interface Query {
  prefix: Prefix;
  /** As the server knows it. */
  text: string;
  /** True if host bits were masked off, or it was written in another form: both are shown then. */
  altered: boolean;
  /** True for one address. */
  isAddress: boolean;
}

/** What is wrong with a text that names a destination. */
export class PrefixError extends Error {}

const width = (family: 4 | 6) => (family === 4 ? 32 : 128);

function parse4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function parse6(text: string): bigint | undefined {
  const dotted = /^(.*:)([\d.]+\.[\d.]+)$/.exec(text);
  if (dotted) {
    const low = parse4(dotted[2]!);
    return low === undefined
      ? undefined
      : parse6(`${dotted[1]}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`);
  }
  const halves = text.split('::');
  if (halves.length > 2) {
    return undefined;
  }
  const [head, tail] = halves.map(half => (half === '' ? [] : half.split(':')));
  const groups = [...head!, ...(tail ?? [])];
  if (!groups.every(group => /^[0-9a-f]{1,4}$/i.test(group))) {
    return undefined;
  }
  const missing = 8 - groups.length;
  if (tail === undefined ? missing !== 0 : missing < 1) {
    return undefined;
  }
  const all = [...head!, ...Array<string>(tail ? missing : 0).fill('0'), ...(tail ?? [])];
  return all.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

function maskLength(text: string): number | undefined {
  const bits = parse4(text);
  if (bits === undefined) {
    return undefined;
  }
  const written = bits.toString(2).padStart(32, '0');
  return /^1*0*$/.test(written) ? written.lastIndexOf('1') + 1 : undefined;
}

export const masked = ({family, bits, length}: Prefix): Prefix => {
  const host = BigInt(width(family) - length);
  return {family, bits: (bits >> host) << host, length};
};

function format4(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map(shift => String((bits >> shift) & 255n)).join('.');
}

/** RFC 5952: the longest run of two or more zero groups, the first of equals, becomes "::". */
function format6(bits: bigint): string {
  const groups = Array.from({length: 8}, (_, i) => Number((bits >> BigInt(112 - 16 * i)) & 0xffffn));
  let best = 0;
  let length = 0;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) {
      end++;
    }
    if (end - i > Math.max(1, length)) {
      [best, length] = [i, end - i];
    }
  }
  const written = groups.map(group => group.toString(16));
  return length === 0
    ? written.join(':')
    : `${written.slice(0, best).join(':')}::${written.slice(best + length).join(':')}`;
}

export const formatAddress = ({family, bits}: Prefix): string => (family === 4 ? format4(bits) : format6(bits));
export const formatPrefix = (prefix: Prefix): string => `${formatAddress(prefix)}/${prefix.length}`;

/** A prefix of the server's. */
export function parsePrefix(text: string): Prefix {
  const [address, length] = text.split('/');
  const family = address!.includes(':') ? 6 : 4;
  return {family, bits: (family === 6 ? parse6(address!) : parse4(address!)) ?? 0n, length: Number(length)};
}

export function contains(outer: Prefix, inner: Prefix): boolean {
  const host = BigInt(width(outer.family) - outer.length);
  return outer.family === inner.family && outer.length <= inner.length && outer.bits >> host === inner.bits >> host;
}

/** What a reader means by a text; in which family is known by its look. */
export function parseQuery(typed: string): Query {
  const text = typed.trim().replace(/^\[(.*)]$/, '$1');
  const [address = '', rest, more] = text.split(/\s*\/\s*|\s+(?:mask\s+)?/);
  if (more !== undefined) {
    throw new PrefixError(`“${typed.trim()}”: must be one address or prefix, such as 10.1.2.3, 10.0.0.0/8 or 2001:db8::/32`);
  }
  const six = address.includes(':');
  let bits = six ? parse6(address) : parse4(address);
  if (bits === undefined) {
    throw new PrefixError(
      `“${typed.trim()}”: must be an IPv4 or IPv6 address or prefix, such as 10.1.2.3, 10.0.0.0/8 or 2001:db8::/32`,
    );
  }
  let family: 4 | 6 = six ? 6 : 4;
  let length = rest === undefined ? width(family) : lengthOf(rest, family);
  if (family === 6 && bits >> 32n === 0xffffn && length >= 96) {
    [family, bits, length] = [4, bits & 0xffffffffn, length - 96];
  }
  const prefix = masked({family, bits, length});
  const isAddress = rest === undefined;
  const known = isAddress ? formatAddress(prefix) : formatPrefix(prefix);
  return {prefix, text: known, altered: known !== typed.trim(), isAddress};
}

function lengthOf(text: string, family: 4 | 6): number {
  const length = /^\d{1,3}$/.test(text) ? Number(text) : family === 4 ? maskLength(text) : undefined;
  if (length === undefined || length > width(family)) {
    throw new PrefixError(
      text.includes('.')
        ? `mask “${text}”: must be ones and then zeros, such as 255.255.255.0`
        : `length “${text}”: must be 0 to ${width(family)}`,
    );
  }
  return length;
}

/** Where a part lies within a whole, 0 to 1, and how wide it is. */
export function within(whole: Prefix, part: Prefix): [number, number] {
  const shift = part.length - whole.length;
  const index = (part.bits - whole.bits) >> BigInt(width(part.family) - part.length);
  return [Number(index) / 2 ** shift, 1 / 2 ** shift];
}
