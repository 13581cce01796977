import type { ErasureSubject, SubjectCall } from '../core/erasure.ts';
import type { ExportLine, ExportQuestion } from '../core/export.ts';

/** Where all that is kept about somebody is found; each from the room that has it. */
export interface SubjectParts {
  /** Calls about the subject from before `to`, after the id `after`, at most `limit`. */
  calls(
    organizationId: string,
    subject: ErasureSubject,
    to: Date,
    after: string,
    limit: number,
  ): Promise<readonly SubjectCall[]>;
  /** Their lines, as calls are exported. */
  lines(organizationId: string, ids: readonly string[]): Promise<readonly ExportLine[]>;
  /** What was thought of the calls and of their runs. */
  scores(
    organizationId: string,
    calls: readonly SubjectCall[],
  ): Promise<readonly (ExportLine & { readonly id: string })[]>;
  /** What was said in a call, or why it is not kept. */
  said(organizationId: string, requestId: string): Promise<object>;
  files(organizationId: string, subject: ErasureSubject): Promise<readonly string[]>;
  file(organizationId: string, id: string): Promise<object>;
}

const PAGE = 200;
/** A run's score belongs to all of its calls: which were written is known of so many at least. */
const SCORES_KNOWN = 10_000;

/** Everything there is about somebody, as the law has it: a line for each call, content, score and file. */
export function subjectAccess({ calls, lines, said, scores, files, file }: SubjectParts) {
  return async function* (
    organizationId: string,
    { subject, to }: ExportQuestion,
  ): AsyncGenerator<readonly ExportLine[]> {
    if (!subject) return;
    const written = new Set<string>();
    for (let after = ''; ; ) {
      const page = await calls(organizationId, subject, new Date(to), after, PAGE);
      const ids = page.map(({ requestId }) => requestId);
      yield (await lines(organizationId, ids)).map((line) => ({ record: 'request', ...line }));
      for (const requestId of ids) {
        const content = await said(organizationId, requestId);
        if (!('withheld' in content)) yield [{ record: 'content', requestId, ...content }];
      }
      const given = (await scores(organizationId, page)).filter(({ id }) => !written.has(id));
      yield given.map((score) => ({ record: 'score', ...score }));
      if (written.size > SCORES_KNOWN) written.clear();
      for (const { id } of given) written.add(id);
      const last = ids.at(-1);
      if (!last || page.length < PAGE) break;
      after = last;
    }
    for (const id of await files(organizationId, subject))
      yield [{ record: 'file', id, ...(await file(organizationId, id)) }];
  };
}
