import type { Caller } from '../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf } from '../core/change.ts';
import { parse } from '../core/parse.ts';
import { NotFoundProblem } from '../core/problem.ts';
import { demand } from '../core/rights.ts';
import type { Runtime } from '../core/runtime.ts';
import { type Changes, idempotencyOf } from '../platform/changes.ts';
import { type ProjectSaveInput, projectSaveInput, type TeamSaveInput, teamSaveInput } from './inputs.ts';
import { topicOf } from './rights.ts';
import { projectById, saveProject, saveTeam, teamById } from './store.ts';
import { explainTakenSlug } from './taken-slug.ts';

/** Teams and the projects they own. */
export interface Places {
  saveTeam(caller: Caller, input: TeamSaveInput): Promise<TeamSaved>;
  saveProject(caller: Caller, input: ProjectSaveInput): Promise<ProjectSaved>;
}

export interface TeamSaved {
  readonly teamId: string;
  readonly change: ChangeReceipt;
}

export interface ProjectSaved {
  readonly projectId: string;
  readonly change: ChangeReceipt;
}

export function createPlaces(changes: Changes, { clock, ids }: Runtime): Places {
  return {
    async saveTeam(caller, given) {
      demand(caller, ['MEMBERS_WRITE']);
      const input = parse(teamSaveInput, given);
      const { organizationId } = caller;
      const { slug, name } = input;
      const change = await changes
        .make(
          topicOf(organizationId),
          async (tx) => {
            const before = input.id ? await teamById(tx, organizationId, input.id) : null;
            if (input.id && !before) throw new NotFoundProblem('Team', input.id);
            const id = before?.id ?? ids.next('team');
            await saveTeam(tx, organizationId, { id, slug, name }, clock.now());
            return {
              organizationId,
              actor: actorOf(caller),
              action: before ? 'team.update' : 'team.create',
              resourceType: 'Team',
              resourceId: id,
              diff: diffOf(before && { slug: before.slug, name: before.name }, { slug, name }),
            };
          },
          idempotencyOf(caller, 'teamSave', input),
        )
        .catch(explainTakenSlug(slug));
      return { teamId: change.resourceId, change };
    },

    async saveProject(caller, given) {
      demand(caller, ['MEMBERS_WRITE']);
      const input = parse(projectSaveInput, given);
      const { organizationId } = caller;
      const { slug, name } = input;
      const change = await changes
        .make(
          topicOf(organizationId),
          async (tx) => {
            const before = input.id ? await projectById(tx, organizationId, input.id) : null;
            if (input.id && !before) throw new NotFoundProblem('Project', input.id);
            const team = await teamById(tx, organizationId, input.team);
            if (!team) throw new NotFoundProblem('Team', input.team);
            const id = before?.id ?? ids.next('prj');
            await saveProject(tx, organizationId, { id, teamId: team.id, slug, name }, clock.now());
            return {
              organizationId,
              actor: actorOf(caller),
              action: before ? 'project.update' : 'project.create',
              resourceType: 'Project',
              resourceId: id,
              diff: diffOf(before && { team: before.teamId, slug: before.slug, name: before.name }, {
                team: team.id,
                slug,
                name,
              }),
            };
          },
          idempotencyOf(caller, 'projectSave', input),
        )
        .catch(explainTakenSlug(slug));
      return { projectId: change.resourceId, change };
    },
  };
}
