import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openTestGateway } from '../support/gateway.ts';
import { roundTrips } from './doors/round-trip.ts';
import { defaultFile, replayFile } from './replay.ts';

describe.skipIf(!existsSync(defaultFile))(
  'recorded traffic (skipped where ../shared/recordings is not checked out)',
  () => {
    it('comes out of the gateway as an independent reader reads it', async () => {
      const outcomes = await replayFile(defaultFile);
      expect(outcomes.filter(({ kind }) => kind === 'mismatched')).toEqual([]);
      expect(outcomes.filter(({ kind }) => kind === 'matched').length).toBeGreaterThan(200);
    });

    it('goes round through the doors, but for differences with a reason', async () => {
      const gateway = await openTestGateway({ environment: { GLIDEPATH_EGRESS_ALLOW: '127.0.0.1' } });
      const trips = await roundTrips(defaultFile, gateway).finally(gateway.close);
      const differences = trips.flatMap(({ name, differences }) => differences.map((one) => ({ name, ...one })));
      expect(differences.filter(({ why }) => why === null)).toEqual([]);
      expect(trips.filter(({ refused }) => refused === null).length).toBeGreaterThan(100);
    }, 120_000);
  },
);
