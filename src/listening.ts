import type { Server } from 'node:http';

/** Why a port could not be had, by the system's code, and what helps. */
const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken. Stop what listens there, or set another',
  EACCES: 'is not for this user. From 1024 on it may be: set another',
};

/**
 * Resolves when it listens.
 * @param variable that chooses the port, for whoever has to choose another
 * @throws Error that says why it cannot listen there
 */
export function listening(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
  variable: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const reason = reasons[error.code ?? ''];
      reject(reason === undefined ? error : new Error(`${host}:${port} ${reason} ${variable}.`, { cause: error }));
    };
    server.once('error', fail).listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
}
