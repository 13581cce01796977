import { createTransport } from 'nodemailer';
import type { Secret } from '../core/secret.ts';

/** Sends e-mail through the operator's server, whose address is configuration: nobody else can name one. */
export interface Mailer {
  /** Resolves when the server has taken it; gives up by itself within 20 s. */
  send(mail: { readonly to: readonly string[]; readonly subject: string; readonly text: string }): Promise<void>;
  close(): void;
}

/** @param url smtp:// or smtps://, with user and password. @param from sender of every mail */
export function createMailer(url: Secret, from: string): Mailer {
  const transport = createTransport({
    url: url.reveal(),
    connectionTimeout: 5000,
    greetingTimeout: 5000,
    socketTimeout: 10_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text }) {
      await transport.sendMail({ from, to: [...to], subject, text });
    },
    close: () => transport.close(),
  };
}
