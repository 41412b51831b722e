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
  /** The list begins there. */
  from: string;
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
    from: text('from'),
  };
}

/** What is wrong with another part of a filter. */
export class FilterError extends Error {}

/** @throws PrefixError if the prefix is none */
export const prefixOf = (filter: Wanted): string => (filter.prefix ? parseQuery(filter.prefix).text : '');

/** @throws PrefixError if it is none */
export const fromOf = (filter: Wanted): string => (filter.from ? parseQuery(filter.from).text : '');

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

const tableOf = (filter: Wanted): string => (filter.table === 'default' ? '' : filter.table);
const familyOf = (filter: Wanted): string => (filter.family ? `ADDRESS_FAMILY_IPV${filter.family}` : '');

/** As the web port takes it, for a list. */
export const parameters = (filter: Wanted): [string, string][] => [
  ['matchKind', filter.prefix ? 'MATCH_KIND_LONGER' : ''],
  ['startPrefix', fromOf(filter)],
  ...watchParameters(filter),
];

/** As the web port takes it, for a watch. */
export const watchParameters = (filter: Wanted): [string, string][] => [
  ['prefix', prefixOf(filter)],
  ['table', tableOf(filter)],
  ['filter.sources', filter.source],
  ...tagsOf(filter).map((tag): [string, string] => ['filter.tags', tag]),
  ['filter.nextHop', filter.nextHop],
  ['filter.family', familyOf(filter)],
  ['filter.bestOnly', filter.best ? 'true' : ''],
];

/** As JSON of the contract, for a list. */
export const question = (filter: Wanted): object => ({
  ...(filter.prefix ? {match_kind: 'MATCH_KIND_LONGER'} : {}),
  ...(filter.from ? {start_prefix: fromOf(filter)} : {}),
  ...watchQuestion(filter),
});

/** As JSON of the contract, for a watch. */
export function watchQuestion(filter: Wanted): object {
  const fits = {
    ...(filter.source ? {sources: [filter.source]} : {}),
    ...(filter.tag ? {tags: tagsOf(filter)} : {}),
    ...(filter.nextHop ? {next_hop: filter.nextHop} : {}),
    ...(filter.family ? {family: familyOf(filter)} : {}),
    ...(filter.best ? {best_only: true} : {}),
  };
  return {
    ...(filter.prefix ? {prefix: prefixOf(filter)} : {}),
    ...(tableOf(filter) ? {table: tableOf(filter)} : {}),
    ...(Object.keys(fits).length > 0 ? {filter: fits} : {}),
  };
}

/** As the command line takes it, for a list. */
export const words = (filter: Wanted): string[] => [
  ...(filter.prefix ? [prefixOf(filter), '--longer'] : []),
  ...(filter.from ? ['--from', fromOf(filter)] : []),
  ...fitWords(filter),
];

/** As the command line takes it, for a watch. */
export const watchWords = (filter: Wanted): string[] => [
  ...(filter.prefix ? ['--prefix', prefixOf(filter)] : []),
  ...fitWords(filter),
];

const fitWords = (filter: Wanted): string[] => [
  ...(tableOf(filter) ? ['--table', tableOf(filter)] : []),
  ...(filter.source ? ['--source', filter.source] : []),
  ...tagsOf(filter).flatMap(tag => ['--tag', tag]),
  ...(filter.nextHop ? ['--nh', filter.nextHop] : []),
  ...(filter.family ? ['--family', `ipv${filter.family}`] : []),
  ...(filter.best ? ['--best'] : []),
];
