import pino from 'pino';
import type { Logger } from '../../core/runtime.ts';

/** JSON lines on stderr; stdout belongs to the start banner. Secrets never get here: see core/secret.ts. */
export function createLogger(level: 'debug' | 'info' | 'warn' | 'error' | 'silent'): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: ['*.authorization', 'authorization'] },
    pino.destination({ dest: 2, sync: false }),
  );
}
