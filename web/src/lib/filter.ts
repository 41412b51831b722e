import {routes} from 'guidepost';
import {parseQuery} from './prefix';
import {place} from './router';

/** Which routes are wanted: as the address has it. */
export interface Wanted {
  table: string;
  prefix: string;
  source: string;
  nextHop: string;
  tag: string;
  family: string;
  best: boolean;
  at: string;
}

export function wanted(): Wanted {
  const {query} = place.value;
  const text = (name: string) => query.get(name) ?? '';
  return {
    table: text('table') || 'default',
    prefix: text('prefix'),
    source: text('source'),
    nextHop: text('next_hop'),
    tag: text('tag'),
    family: text('family'),
    best: text('best') !== '',
    at: text('at'),
  };
}

/** What is wrong with another part of a filter. */
export class FilterError extends Error {}

/** @throws PrefixError if the prefix is none */
export const prefixOf = (filter: Wanted): string => (filter.prefix ? parseQuery(filter.prefix).text : '');

const tagsOf = (filter: Wanted): string[] => filter.tag.split(/[\s,]+/).filter(Boolean);

/** @throws FilterError if the family is none */
export function filterOf(filter: Wanted) {
  if (!/^[46]?$/.test(filter.family)) {
    throw new FilterError(`family “${filter.family}”: must be 4 or 6, or left out for both`);
  }
  return {
    sources: filter.source ? [filter.source] : [],
    tags: tagsOf(filter),
    nextHop: filter.nextHop,
    family:
      filter.family === '4'
        ? routes.AddressFamily.IPV4
        : filter.family === '6'
          ? routes.AddressFamily.IPV6
          : routes.AddressFamily.UNSPECIFIED,
    bestOnly: filter.best,
  };
}

/** As the web port takes it. */
export function parameters(filter: Wanted): [string, string][] {
  return [
    ['prefix', prefixOf(filter)],
    ['matchKind', filter.prefix ? 'MATCH_KIND_LONGER' : ''],
    ['table', filter.table === 'default' ? '' : filter.table],
    ['filter.sources', filter.source],
    ...tagsOf(filter).map((tag): [string, string] => ['filter.tags', tag]),
    ['filter.nextHop', filter.nextHop],
    ['filter.family', filter.family ? `ADDRESS_FAMILY_IPV${filter.family}` : ''],
    ['filter.bestOnly', filter.best ? 'true' : ''],
  ];
}

/** As the command line takes it. */
export function words(filter: Wanted): string[] {
  return [
    ...(filter.prefix ? [prefixOf(filter), '--longer'] : []),
    ...(filter.table === 'default' ? [] : ['--table', filter.table]),
    ...(filter.source ? ['--source', filter.source] : []),
    ...tagsOf(filter).flatMap(tag => ['--tag', tag]),
    ...(filter.nextHop ? ['--nh', filter.nextHop] : []),
    ...(filter.family ? ['--family', `ipv${filter.family}`] : []),
    ...(filter.best ? ['--best'] : []),
  ];
}

