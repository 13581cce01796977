import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultFile, replayFile } from './replay.ts';

describe.skipIf(!existsSync(defaultFile))(
  'recorded traffic (skipped where ../shared/recordings is not checked out)',
  () => {
    it('comes out of the gateway as an independent reader reads it', async () => {
      const outcomes = await replayFile(defaultFile);
      expect(outcomes.filter(({ kind }) => kind === 'mismatched')).toEqual([]);
      expect(outcomes.filter(({ kind }) => kind === 'matched').length).toBeGreaterThan(200);
    });
  },
);
