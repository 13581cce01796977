/** When two answers are one. */

/**
 * An answer without what is new each time, and without the name that was asked for: ids, times, secrets, incidents.
 * @param name what was asked for, real or not
 */
export function blurred(answer: string, name: string): string {
  return answer
    .replaceAll(name, 'ID')
    .replaceAll(
      /"(?:aud|inc|req|cmp|rte|bud|pol|key|team|prj|prv|lim|agl|chn|fil|opn|usr|role|ses|exp|era|xpo|sim|rer|scr|org)_[\w!?-]+"/g,
      '"NEW"',
    )
    .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"NOW"')
    .replaceAll(/"chatcmpl-\w+"/g, '"NEW"')
    .replaceAll(/"created(?:_at)?":\d+/g, '"NOW"')
    .replaceAll(/gp_live_\w+/g, 'SECRET')
    .replaceAll(/incident inc_\w+/g, 'INCIDENT');
}
