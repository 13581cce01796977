import { type PGlite, types } from '@electric-sql/pglite';
import {
  type ColumnType,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
} from '@prisma/driver-adapter-utils';

/**
 * Lets Prisma's schema engine read the catalogue of a PGlite. It only ever reads: transactions and shadow databases
 * are refused. The official adapter-pg cannot stand in, it knows no column type for `"char"`, which pg_constraint has.
 */
export function catalogueAdapter(database: PGlite): SqlMigrationAwareDriverAdapterFactory {
  const info = { provider: 'postgres', adapterName: 'glidepath-catalogue' } as const;
  const adapter: SqlDriverAdapter = {
    ...info,
    async queryRaw({ sql, args }: SqlQuery) {
      const { fields, rows } = await database.query<unknown[]>(sql, args, { rowMode: 'array', parsers: asText });
      return {
        columnNames: fields.map(({ name }) => name),
        columnTypes: fields.map(({ dataTypeID }) => columnTypes[dataTypeID] ?? ColumnTypeEnum.Text),
        rows,
      };
    },
    executeRaw: async ({ sql, args }) => (await database.query(sql, args)).affectedRows ?? 0,
    executeScript: async (script) => void (await database.exec(script)),
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
    startTransaction: refuse,
    dispose: async () => {},
  };
  return { ...info, connect: async () => adapter, connectToShadowDb: refuse };
}

/** The types that the catalogue's columns have; everything else the engine asks for is text. */
const columnTypes: Readonly<Record<number, ColumnType>> = {
  [types.BOOL]: ColumnTypeEnum.Boolean,
  [types.CHAR]: ColumnTypeEnum.Character,
  [types.INT2]: ColumnTypeEnum.Int32,
  [types.INT4]: ColumnTypeEnum.Int32,
  [types.INT8]: ColumnTypeEnum.Int64,
  [types.OID]: ColumnTypeEnum.Int64,
  1002: ColumnTypeEnum.CharacterArray,
  1003: ColumnTypeEnum.TextArray, // name[]
  1009: ColumnTypeEnum.TextArray,
};

/** The engine wants 64-bit numbers as text. */
const asText = { [types.INT8]: (value: string) => value, [types.OID]: (value: string) => value };

function refuse(): never {
  throw new Error('The schema engine only reads here');
}
