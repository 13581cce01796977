import './hits.graphql.ts';
import './report.graphql.ts';
import './request.graphql.ts';
import './tick.graphql.ts';
