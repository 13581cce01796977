import type { Runtime } from '../../core/runtime.ts';
import { openSession, type Session, type SessionSource } from './session.ts';
import type { Wire } from './wire-socket.ts';

const RETRY_MS = 500;
/** As on PostgreSQL, no statement outlives a minute. PGlite has no timers of its own to see to that. */
const STATEMENT_MS = 60_000;

/** What the pool needs of a session, see there. */
export interface LastingSession extends Pick<Session, 'alive' | 'close'> {
  /** To the session there is now. */
  wire(): Wire;
}

/**
 * A session that is opened again when it ends by itself, as it does when PGlite gives up or a statement never ends.
 * Whoever was waiting for an answer gets an error; what had been answered before is still there.
 */
export async function openLastingSession(source: SessionSource, { clock, log }: Runtime): Promise<LastingSession> {
  let current = await openSession(source);
  let closing = false;
  let revival = Promise.resolve();
  watch(current);

  function watch(session: Session): void {
    session.ended.then(() => {
      if (!closing) revival = revive();
    });
  }

  async function revive(): Promise<void> {
    log.error({}, 'the embedded database stopped by itself and is opened again');
    while (!closing) {
      try {
        current = await openSession(source);
        return watch(current);
      } catch (error) {
        log.error({ err: error }, 'the embedded database cannot be opened');
        await clock.sleep(RETRY_MS);
      }
    }
  }

  return {
    alive: () => current.alive(),
    wire() {
      const session = current;
      return {
        ended: session.ended,
        exchange(messages) {
          const cancel = clock.after(STATEMENT_MS, () => void session.kill());
          return session.exchange(messages).finally(cancel);
        },
      };
    },
    async close() {
      closing = true;
      await revival;
      await current.close();
    },
  };
}
