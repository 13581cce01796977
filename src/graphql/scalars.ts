import { GraphQLError } from 'graphql';
import { DateTimeISOResolver, JSONResolver, SafeIntResolver } from 'graphql-scalars';
import { builder } from './schema-builder.ts';

builder.addScalarType('DateTime', DateTimeISOResolver);
builder.addScalarType('JSON', JSONResolver);
builder.addScalarType('SafeInt', SafeIntResolver);

builder.scalarType('BigInt', {
  description: '64-bit signed integer, always a decimal string on the wire. Used for money.',
  serialize: (value) => value.toString(),
  parseValue(value) {
    const parsed = BigInt(matching(value, /^-?\d{1,19}$/, 'BigInt is a decimal string like "1500000".'));
    if (BigInt.asIntN(64, parsed) !== parsed) throw new GraphQLError('BigInt has 64 bits: up to 9223372036854775807.');
    return parsed;
  },
});

builder.scalarType('Decimal', {
  description: 'Exact decimal, always a string on the wire. Used for prices.',
  serialize: (value) => value,
  parseValue: (value) => matching(value, /^-?\d{1,30}(\.\d{1,30})?$/, 'Decimal is a string like "0.15".'),
});

const DURATION = /^P(?=.)(\d{1,9}W)?(\d{1,9}D)?(T(?=\d)(\d{1,9}H)?(\d{1,9}M)?(\d{1,9}S)?)?$/;

builder.scalarType('Duration', {
  description: 'ISO 8601 duration, e.g. PT30S, PT24H, P7D. Years and months are not accepted: their length varies.',
  serialize: (value) => value,
  parseValue: (value) => matching(value, DURATION, 'Duration is an ISO 8601 string like "PT30S" or "P7D".'),
});

function matching(value: unknown, pattern: RegExp, complaint: string): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw new GraphQLError(complaint);
  return value;
}
