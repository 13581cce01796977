import './report.graphql.ts';
import './request.graphql.ts';
