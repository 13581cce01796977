import './words.ts';
import './health.ts';
import '../access/graphql.ts';
import '../completions/graphql.ts';
import '../calls/graphql.ts';
import '../files/graphql.ts';
import '../providers/graphql.ts';
import '../routing/graphql.ts';
import '../models/graphql.ts';
import '../limits/graphql.ts';
import '../policies/graphql.ts';
import '../policies/policy-test.graphql.ts';
import '../policies/simulation.graphql.ts';
import '../agents/graphql.ts';
import '../agents/run.graphql.ts';
import '../alerts/graphql.ts';
import '../alerts/channels.graphql.ts';
import '../alerts/anomaly.graphql.ts';
import '../experiments/graphql.ts';
import '../usage/graphql.ts';
import '../budgets/graphql.ts';
import '../content/graphql.ts';
import '../costs/graphql.ts';
import '../audit/graphql.ts';
import '../operations/graphql.ts';
import { builder } from './builder.ts';

/** The whole contract: the shared words and every room that has something to show. A new room is a line above. */
export const schema = builder.toSchema();
