
import {Code, ConnectError} from '@connectrpc/connect';

/** What went wrong, for people and for the page. */
export interface Trouble {
  code: Code;
  text: string;
  reason: string;
  field: string;
  facts: Record<string, string>;
  /** When a retry may succeed, ms; 0 if nobody knows. */
  retryMillis: number;
}

export function trouble(error: unknown): Trouble {
  const e = ConnectError.from(error);
  const found: Trouble = {code: e.code, text: e.rawMessage, reason: '', field: '', facts: {}, retryMillis: 0};
  for (const detail of e.details) {
    if ('type' in detail) {
      if (detail.type === 'google.rpc.ErrorInfo') {
        Object.assign(found, errorInfo(detail.value));
      } else if (detail.type === 'google.rpc.RetryInfo') {
        found.retryMillis = retryMillis(detail.value);
      }
    }
  }
  if (/failed to fetch|networkerror|load failed/i.test(found.text)) {
    found.code = Code.Unavailable;
    found.text = 'the server cannot be reached';
  }
  return found;
}

/** Fields of a message whose values are bytes, by number: small messages of google.rpc, without their contracts. */
function* fields(bytes: Uint8Array): Generator<[number, Uint8Array | bigint]> {
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        return value;
      }
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    if ((tag & 7) === 2) {
      const length = Number(varint());
      yield [tag >> 3, bytes.subarray(at, at + length)];
      at += length;
    } else if ((tag & 7) === 0) {
      yield [tag >> 3, varint()];
    } else {
      return;
    }
  }
}

const decoder = new TextDecoder();
const text = (value: Uint8Array | bigint | undefined) => (value instanceof Uint8Array ? decoder.decode(value) : '');

function errorInfo(bytes: Uint8Array): Pick<Trouble, 'reason' | 'field' | 'facts'> {
  let reason = '';
  const facts: Record<string, string> = {};
  for (const [number, value] of fields(bytes)) {
    if (number === 1) {
      reason = text(value);
    } else if (number === 3 && value instanceof Uint8Array) {
      const entry = new Map(fields(value));
      facts[text(entry.get(1))] = text(entry.get(2));
    }
  }
  return {reason, field: facts['field'] ?? '', facts};
}

function retryMillis(bytes: Uint8Array): number {
  const delay = new Map(fields(bytes)).get(1);
  if (!(delay instanceof Uint8Array)) {
    return 0;
  }
  const parts = new Map(fields(delay));
  return Number(parts.get(1) ?? 0n) * 1000 + Math.ceil(Number(parts.get(2) ?? 0n) / 1e6);
}

export const isNotFound = (e: unknown): boolean => ConnectError.from(e).code === Code.NotFound;

